// `dht scrape`: about how many peers a torrent has (BEP 33).

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { networkOfId, parseId } from '../options/network-of-id.ts'
import { writeJson } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import { type AskSettings, addAskOptions, withNode } from '../requests/with-node.ts'

export function addScrape(program: Command, { io }: Context): void {
  const command = program
    .command('scrape')
    .description('Estimates how many peers a torrent has, seeds and others (BEP 33).')
    .argument('<infohash>', 'hex, base32, or a magnet URI', parseId)
  addAskOptions(command, 'mainline')
    .addHelpText('after', '\nExample:\n  dht scrape <40 hex digits>')
    .action(async (id: string, settings: AskSettings) => {
      const size = await withNode({
        settings,
        network: networkOfId(id, { network: 'mainline', ...settings }),
        io,
        use: async (ask) => {
          using _ = showProgress(io.err, () => 'counting peers')
          return await ask({ op: 'scrape', id })
        },
      })
      if (settings.json) writeJson(io.out, size)
      else {
        const [seeds, downloaders] = [Math.round(size.seeds), Math.round(size.downloaders)]
        io.out.write(`about ${countText(seeds, 'seed')}, ${countText(downloaders, 'downloader')}\n`)
      }
    })
}
