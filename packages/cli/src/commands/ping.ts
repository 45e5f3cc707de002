// `dht ping`: whether one node responds, its id, and how long that took.

import { performance } from 'node:perf_hooks'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { contactText } from '../output/text.ts'
import { addVisitOptions, type VisitSettings, withNode } from './visit.ts'

export function addPing(program: Command, { io }: Context): void {
  const command = program
    .command('ping')
    .description('Asks one node whether it is alive. Exit code 1: no response.')
    .argument('<endpoint>', '1.2.3.4:port or [::1]:port')
  addVisitOptions(command, 'dht256')
    .addHelpText('after', '\nExample:\n  dht ping --network mainline 192.0.2.7:6881')
    .action((endpoint: string, settings: VisitSettings) =>
      withNode({
        settings,
        network: settings.network ?? 'dht256',
        io,
        options: { bootstrap: [] },
        use: async (node) => {
          const sentAt = performance.now()
          const contact = await node.ping(endpoint, { signal: io.stop.signal })
          const roundTripMs = Number((performance.now() - sentAt).toFixed(1))
          if (settings.json) writeJson(io.out, { contact, roundTripMs })
          else io.out.write(`${contactText(contact)}  ${roundTripMs} ms\n`)
        },
      }),
    )
}
