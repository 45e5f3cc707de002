// `dht ping`: whether one node responds, its id, and how long that took.

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { contactText } from '../output/text.ts'
import { type AskSettings, addAskOptions, withNode } from '../requests/with-node.ts'

export function addPing(program: Command, { io }: Context): void {
  const command = program
    .command('ping')
    .description('Asks one node whether it is alive. Exit code 1: no response.')
    .argument('<endpoint>', '1.2.3.4:port or [::1]:port')
  addAskOptions(command, 'dht256')
    .addHelpText('after', '\nExample:\n  dht ping --network mainline 192.0.2.7:6881')
    .action(async (endpoint: string, settings: AskSettings) => {
      const { network = 'dht256' } = settings
      const pong = await withNode({
        settings,
        network,
        io,
        joins: false,
        use: (ask) => ask({ op: 'ping', endpoint }),
      })
      if (settings.json) writeJson(io.out, pong)
      else io.out.write(`${contactText(pong.contact)}  ${pong.roundTripMs} ms\n`)
    })
}
