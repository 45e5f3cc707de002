// `dht closest`: the nodes nearest to an id, and how the lookup found its way to them.

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { EXIT } from '../exit.ts'
import { networkOfId, parseId } from '../options/network-of-id.ts'
import { writeJson } from '../output/json.ts'
import { contactText } from '../output/text.ts'
import { type AskSettings, addAskOptions, withNode } from '../requests/with-node.ts'
import { addTraceOption, isTraced, type TraceSettings, viewFor } from './trace.ts'

export function addClosest(program: Command, { io, finish }: Context): void {
  const command = program
    .command('closest')
    .description('Finds the nodes closest to an id, closest first.')
    .argument('<id>', 'hex: 64 digits in dht256, 40 in mainline', parseId)
  addTraceOption(addAskOptions(command, 'that of the id'))
    .addHelpText('after', '\nExample:\n  dht closest --bootstrap 192.0.2.7:3739 <64 hex digits>')
    .action(async (id: string, settings: AskSettings & TraceSettings) => {
      const trace = isTraced(settings, io)
      const result = await withNode({
        settings,
        network: networkOfId(id, settings),
        io,
        use: async (ask) => {
          using view = viewFor(settings, io, () => 'querying nodes closer to the id')
          return await ask({ op: 'closest', id, trace }, view.take)
        },
      })
      if (settings.json) writeJson(io.out, result)
      else for (const contact of result.closest) io.out.write(`${contactText(contact)}\n`)
      finish(result.closest.length > 0 ? EXIT.done : EXIT.failed)
    })
}
