// `dht lookup`: the endpoints that are announced under an id, each as soon as it is found.

import { formatEndpoint, type LookupMode, type LookupResult } from '@dht/node'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { EXIT } from '../exit.ts'
import { networkOfId, parseId } from '../options/network-of-id.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { countText, seconds } from '../output/text.ts'
import { addVisitOptions, type VisitSettings, visit } from './visit.ts'

interface LookupSettings extends VisitSettings {
  readonly mode: LookupMode
}

export function addLookup(program: Command, { io, finish }: Context): void {
  const command = program
    .command('lookup')
    .description('Finds the endpoints announced under an id. Exit code 1: none was found.')
    .argument('<id>', 'hex; of a torrent also base32 or a magnet URI', parseId)
  addVisitOptions(command, 'that of the id')
    .addOption(
      new Option('--mode <mode>', 'first: ends with the first endpoint; all: waits for slow nodes')
        .choices(['first', 'quick', 'all'])
        .default('quick'),
    )
    .addHelpText('after', '\nExample:\n  dht lookup magnet:?xt=urn:btih:<40 hex digits>')
    .action(async (id: string, settings: LookupSettings) => {
      const network = networkOfId(id, settings)
      const { mode, ...rest } = settings
      const result = await visit({
        settings: rest,
        network,
        io,
        use: async (node) => {
          const lookup = node.getPeers(id, { mode, signal: io.stop.signal })
          let found = 0
          using _ = showProgress(io.err, () => {
            const queries = countText(node.info().counters.queriesSent, 'query', 'queries')
            return `${countText(found, 'endpoint')} found, ${queries} sent`
          })
          for await (const endpoint of lookup) {
            found += 1
            if (!settings.json) io.out.write(`${formatEndpoint(endpoint)}\n`)
          }
          return await lookup
        },
      })
      if (settings.json) writeJson(io.out, result)
      else io.err.write(`${summaryOf(result)}\n`)
      finish(result.endpoints.length > 0 ? EXIT.done : EXIT.failed)
    })
}

function summaryOf({ endpoints, holders, tally, durationMs, ...rest }: LookupResult): string {
  const from = countText(holders.length, 'node')
  const found = `${countText(endpoints.length, 'endpoint')} from ${from}`
  const cost = `${countText(tally.queried, 'query', 'queries')}, ${countText(tally.hops, 'hop')}`
  const missed = rest.complete ? '' : `; incomplete: ${rest.incompleteReasons.join(', ')}`
  return `${found}; ${cost}, ${seconds(durationMs)}${missed}`
}
