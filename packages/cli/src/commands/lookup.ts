// `dht lookup`: the endpoints that are announced under an id, each as soon as it is found, and how
// the lookup found its way.

import { formatEndpoint, type LookupMode, type LookupResult } from '@dht/node'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { EXIT } from '../exit.ts'
import { networkOfId, parseId } from '../options/network-of-id.ts'
import { writeJson } from '../output/json.ts'
import { countText, durationText } from '../output/text.ts'
import { type AskSettings, addAskOptions, withNode } from '../requests/with-node.ts'
import { addTraceOption, isTraced, type TraceSettings, viewFor } from './trace.ts'

interface LookupSettings extends AskSettings, TraceSettings {
  readonly mode: LookupMode
}

export function addLookup(program: Command, { io, finish }: Context): void {
  const command = program
    .command('lookup')
    .description('Finds the endpoints announced under an id. Exit code 1: none was found.')
    .argument('<id>', 'hex; of a torrent also base32 or a magnet URI', parseId)
  addAskOptions(command, 'that of the id').addOption(
    new Option(
      '--mode <mode>',
      'first: ends with the first endpoint; quick: once an endpoint was found, does not wait for ' +
        'slow nodes; all: waits for them',
    )
      .choices(['first', 'quick', 'all'])
      .default('quick'),
  )
  addTraceOption(command)
    .addHelpText('after', '\nExample:\n  dht lookup magnet:?xt=urn:btih:<40 hex digits>')
    .action(async (id: string, settings: LookupSettings) => {
      const { mode, json, trace: _, ...rest } = settings
      const trace = isTraced(settings, io)
      const result = await withNode({
        settings: rest,
        network: networkOfId(id, settings),
        io,
        use: async (ask) => {
          let found = 0
          using view = viewFor(settings, io, () => `${countText(found, 'endpoint')} found`)
          return await ask({ op: 'lookup', id, mode, trace }, (part) => {
            if (part.kind === 'step') return view.take(part)
            found += 1
            if (!json) view.beside(() => io.out.write(`${formatEndpoint(part.endpoint)}\n`))
          })
        },
      })
      if (json) writeJson(io.out, result)
      else io.err.write(`${summaryOf(result)}\n`)
      finish(result.endpoints.length > 0 ? EXIT.done : EXIT.failed)
    })
}

function summaryOf({ endpoints, holders, tally, durationMs, ...rest }: LookupResult): string {
  const from = countText(holders.length, 'node')
  const found = `${countText(endpoints.length, 'endpoint')} from ${from}`
  const cost = `${countText(tally.queried, 'query', 'queries')}, ${countText(tally.hops, 'hop')}`
  const missed = rest.complete ? '' : `; incomplete: ${rest.incompleteReasons.join(', ')}`
  return `${found}; ${cost}, ${durationText(durationMs)}${missed}`
}
