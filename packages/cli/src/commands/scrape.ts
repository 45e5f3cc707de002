// `dht scrape`: about how many peers a torrent has (BEP 33).

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { parseId } from '../options/network-of-id.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { addVisitOptions, type VisitSettings, visit } from './visit.ts'

export function addScrape(program: Command, { io }: Context): void {
  const command = program
    .command('scrape')
    .description('Estimates how many peers a torrent has, seeds and others (BEP 33).')
    .argument('<infohash>', 'hex, base32, or a magnet URI', parseId)
  addVisitOptions(command, 'mainline')
    .addHelpText('after', '\nExample:\n  dht scrape <40 hex digits>')
    .action(async (infohash: string, settings: VisitSettings) => {
      const size = await visit({
        settings,
        network: settings.network ?? 'mainline',
        io,
        use: async (node) => {
          using _ = showProgress(io.err, () => 'counting peers')
          return node.scrape(infohash, { signal: io.stop.signal })
        },
      })
      if (settings.json) writeJson(io.out, size)
      else {
        const [seeds, downloaders] = [size.seeds, size.downloaders].map(Math.round)
        io.out.write(`about ${seeds} seeds, ${downloaders} downloaders\n`)
      }
    })
}
