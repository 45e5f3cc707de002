// `dht sample`: info hashes that the nodes of the network store (BEP 51), until it is stopped.

import { formatEndpoint } from '@dht/node'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { parseCount } from '../options/parse.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import { type Ask, type AskSettings, addAskOptions, withNode } from '../requests/with-node.ts'

interface SampleSettings extends AskSettings {
  readonly limit?: number
}

export function addSample(program: Command, { io }: Context): void {
  const command = program
    .command('sample')
    .description(
      'Traverses the network and prints the info hashes that its nodes store (BEP 51), until ' +
        'all known nodes were queried. With --json one object on each line.',
    )
  addAskOptions(command, 'mainline')
    .option('--limit <n>', 'ends after n info hashes', parseCount)
    .addHelpText('after', '\nExample:\n  dht sample --limit 100')
    .action(({ limit, ...settings }: SampleSettings) => {
      const print = async (ask: Ask): Promise<void> => {
        let found = 0
        using _ = showProgress(
          io.err,
          () => `${countText(found, 'info hash', 'info hashes')} found`,
        )
        const request = { op: 'sample', ...(limit !== undefined && { limit }) } as const
        await ask(request, (sample) => {
          found += 1
          if (settings.json) writeJson(io.out, sample)
          else io.out.write(`${sample.infohash}  from ${formatEndpoint(sample.from)}\n`)
        })
      }
      return withNode({ settings, network: settings.network ?? 'mainline', io, use: print })
    })
}
