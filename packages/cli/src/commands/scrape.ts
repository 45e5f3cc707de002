// `dht scrape`: about how many peers a torrent has (BEP 33).

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { networkOfId, parseId } from '../options/network-of-id.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
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
        network: networkOfId(infohash, { network: 'mainline', ...settings }),
        io,
        use: async (node) => {
          using _ = showProgress(io.err, () => 'counting peers')
          return node.scrape(infohash, { signal: io.stop.signal })
        },
      })
      if (settings.json) writeJson(io.out, size)
      else {
        const [seeds, downloaders] = [Math.round(size.seeds), Math.round(size.downloaders)]
        io.out.write(`about ${countText(seeds, 'seed')}, ${countText(downloaders, 'downloader')}\n`)
      }
    })
}
