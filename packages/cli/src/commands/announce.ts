// `dht enter` and `dht announce`: announces a port of this machine, and renews that until the
// command is stopped.

import type { AnnounceReport, RoundReport } from '@dht/node'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CommandFailure, EXIT } from '../exit.ts'
import { networkOfId, parseId } from '../options/network-of-id.ts'
import type { NetworkName } from '../options/node-options.ts'
import { parseAnnouncedPort } from '../options/parse.ts'
import { jsonLine } from '../output/json.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import type { HowToAnnounce } from '../requests/request.ts'
import { type AskSettings, addAskOptions, untilStopped, withNode } from '../requests/with-node.ts'

interface PublishSettings extends AskSettings {
  /** Ends after the first round. */
  readonly once?: boolean
}

interface AnnounceSettings extends PublishSettings {
  readonly seed?: boolean
  readonly impliedPort?: boolean
}

export function addEnter(program: Command, context: Context): void {
  const command = program
    .command('enter')
    .description(
      'Announces a port of this machine under an id, and renews that until it is stopped.',
    )
    .argument('<id>', 'hex: 64 digits in dht256, 40 in mainline', parseId)
    .argument('<port>', '1 to 65535', parseAnnouncedPort)
  addPublishOptions(command, 'that of the id')
    .addHelpText('after', '\nExample:\n  dht enter --bootstrap 192.0.2.7:3739 <64 hex digits> 8080')
    .action((id: string, port: number, settings: PublishSettings) => {
      const how = { port, seed: false, impliedPort: false }
      return publish({ id, how, settings, network: networkOfId(id, settings) }, context)
    })
}

export function addAnnounce(program: Command, context: Context): void {
  const command = program
    .command('announce')
    .description(
      'Announces this machine as a peer of a torrent, and renews that until it is stopped.',
    )
    .argument('<infohash>', 'hex, base32, or a magnet URI', parseId)
    .argument('[port]', '1 to 65535; default: the source port of its datagrams', parseAnnouncedPort)
  addPublishOptions(command, 'mainline')
    .option('--seed', 'this machine has all of the content (BEP 33)')
    .option('--implied-port', 'nodes store the source port of its datagrams (BEP 5: implied_port)')
    .addHelpText('after', '\nExample:\n  dht announce --seed <40 hex digits> 6881')
    .action((id: string, port: number | undefined, given: AnnounceSettings) => {
      const { seed = false, impliedPort = port === undefined, ...settings } = given
      if (settings.once && port === undefined) {
        throw new CommandFailure(
          '--once needs a port: the UDP port of the command closes with it',
          EXIT.usage,
        )
      }
      const how = { seed, impliedPort, ...(port !== undefined && { port }) }
      const network = networkOfId(id, { network: 'mainline', ...settings })
      return publish({ id, how, settings, network }, context)
    })
}

function addPublishOptions(command: Command, network: string): Command {
  return addAskOptions(command, network).option('--once', 'ends after the first round')
}

interface Publication {
  readonly id: string
  readonly how: HowToAnnounce
  readonly settings: PublishSettings
  readonly network: NetworkName
}

async function publish(publication: Publication, { io }: Context): Promise<void> {
  const { id, how, network } = publication
  const { once = false, ...settings } = publication.settings
  // A node that stays answers for what it announces.
  const options = { readOnly: once ? true : 'auto' } as const
  await withNode({
    settings,
    network,
    io,
    options,
    use: async (ask) => {
      if (once) {
        using _ = showProgress(io.err, () => 'announcing')
        const report = await ask({ op: 'announce-once', id, ...how })
        io.out.write(told(report, settings))
        if (report.accepted.length > 0) return
        throw new CommandFailure(NOT_STORED)
      }
      let former = ''
      const print = (report: RoundReport): void => {
        const text = told(report, settings)
        // A line for each round would say the same again and again.
        if (text !== former || settings.json) io.out.write(text)
        former = text
        const again = nextTry(report)
        if (again !== undefined) io.err.write(`${NOT_STORED}; ${again}\n`)
      }
      return untilStopped(io, () => ask({ op: 'announce', id, ...how }, print))
    },
  })
}

function told(report: AnnounceReport, { json }: AskSettings): string {
  const { accepted, refused, unreachable } = report
  if (json) return jsonLine(report)
  const [a, r, u] = [accepted.length, refused.length, unreachable.length]
  return `stored by ${countText(a, 'node')}, ${r} refused, ${u} unreachable\n`
}

const NOT_STORED = 'no node stored the announcement'

/** When a round that has ended without a holder is repeated. One bad round ends no announcement. */
function nextTry({ accepted, pending, ...when }: RoundReport): string | undefined {
  if (accepted.length > 0 || pending > 0) return undefined
  const waitMs = when.nextAt - when.startedAt - when.durationMs
  return `the next round is in ${Math.round(waitMs / 1000)} s`
}
