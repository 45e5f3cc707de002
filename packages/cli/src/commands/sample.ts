// `dht sample`: info hashes that the nodes of the network store (BEP 51), until it is stopped.

import { type DhtNode, formatEndpoint } from '@dht/node'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { parseCount } from '../options/parse.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import { addVisitOptions, type VisitSettings, visit } from './visit.ts'

interface SampleSettings extends VisitSettings {
  readonly limit?: number
}

export function addSample(program: Command, { io }: Context): void {
  const command = program
    .command('sample')
    .description(
      'Walks through the network and prints the info hashes that its nodes store (BEP 51), until ' +
        'no node is left. With --json one object on each line.',
    )
  addVisitOptions(command, 'mainline')
    .option('--limit <n>', 'ends after so many', parseCount)
    .addHelpText('after', '\nExample:\n  dht sample --limit 100')
    .action(({ limit = Number.POSITIVE_INFINITY, ...settings }: SampleSettings) => {
      const print = async (node: DhtNode): Promise<void> => {
        let found = 0
        using _ = showProgress(
          io.err,
          () => `${countText(found, 'info hash', 'info hashes')} found`,
        )
        for await (const sample of node.sampleInfohashes({ signal: io.stop.signal })) {
          if (settings.json) writeJson(io.out, sample)
          else io.out.write(`${sample.infohash}  from ${formatEndpoint(sample.from)}\n`)
          found += 1
          if (found >= limit) break
        }
      }
      return visit({ settings, network: settings.network ?? 'mainline', io, use: print })
    })
}
