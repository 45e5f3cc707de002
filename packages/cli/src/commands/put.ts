// `dht put`: stores an item (BEP 44), and renews it until the command is stopped.

import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import type { PutReport } from '@dht/node'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CommandFailure, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import { parseSequence } from '../options/parse.ts'
import { type AsJson, writeJson } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import type { SignedItem } from '../requests/request.ts'
import {
  type Ask,
  type AskSettings,
  addAskOptions,
  untilStopped,
  withNode,
} from '../requests/with-node.ts'
import { encodeItem, publicKeyOf, signItem } from './new-item.ts'
import { readSecretKey } from './secret-key.ts'

/** The file descriptor of the standard input. */
const STDIN = 0

interface PutSettings extends AskSettings {
  readonly file?: string
  readonly infohash?: string
  readonly key?: string
  readonly salt?: string
  readonly seq?: bigint
  readonly once?: boolean
}

export function addPut(program: Command, context: Context): void {
  const command = program
    .command('put')
    .description(
      'Stores an item of up to 996 bytes (BEP 44), and renews it until it is stopped. With --key ' +
        'it is mutable, and replaces the version that is there.',
    )
    .argument('[text]', 'value of the item')
  addAskOptions(command, 'mainline')
    .option('--file <file>', 'file with the value; -: the standard input')
    .option('--infohash <infohash>', 'a torrent that the item points to (BEP 46); needs --key')
    .option('--key <file>', 'secret key of a mutable item, made by: dht id key <file>')
    .option('--salt <text>', 'tells the mutable items of one key apart')
    .option('--seq <n>', 'version (default: one more than the version found)', parseSequence)
    .option('--once', 'ends after the first round')
    .addHelpText('after', '\nExample:\n  dht put --key author.key --salt news "It rains."')
    .action((text: string | undefined, settings: PutSettings) => put(text, settings, context))
}

async function put(
  text: string | undefined,
  { file, infohash, key, salt, seq, once = false, ...settings }: PutSettings,
  { io }: Context,
): Promise<void> {
  for (const [name, value] of Object.entries({ salt, infohash, seq })) {
    if (key === undefined && value !== undefined)
      throw new CommandFailure(`--${name} needs --key`, EXIT.usage)
  }
  const encoded = encodeItem(contentOf({ text, file, infohash }))
  const secretKey = key === undefined ? undefined : readSecretKey(key)
  const itemFor = async (ask: Ask): Promise<SignedItem> => {
    if (secretKey === undefined) return { encoded }
    const mutable = { encoded, secretKey, salt: Buffer.from(salt ?? '').toString('hex') }
    if (seq !== undefined) return signItem({ ...mutable, seq })
    const found = await newestOf(ask, publicKeyOf(secretKey), mutable.salt)
    const signed = signItem({ ...mutable, seq: (found ?? 0n) + 1n })
    return found === undefined ? signed : { ...signed, cas: found }
  }
  await withNode({
    settings,
    network: settings.network ?? 'mainline',
    io,
    options: { readOnly: once ? true : 'auto' },
    use: (ask) =>
      untilStopped(io, async () => {
        await follow(ask, await itemFor(ask), { once, settings, io })
      }),
  })
}

type Given = Readonly<Record<'text' | 'file' | 'infohash', string | undefined>>

function contentOf({ text, file, infohash }: Given): Parameters<typeof encodeItem>[0] {
  if ([text, file, infohash].filter((each) => each !== undefined).length !== 1) {
    throw new CommandFailure(
      'give one of a text, --file (- for the standard input) and --infohash',
      EXIT.usage,
    )
  }
  if (infohash !== undefined) return { infohash }
  if (file === undefined) return { value: Buffer.from(text as string) }
  return { value: readFileSync(file === '-' ? STDIN : file) }
}

async function newestOf(ask: Ask, publicKey: string, salt: string): Promise<bigint | undefined> {
  const { item } = await ask({ op: 'get', key: publicKey, salt })
  return item?.signed === undefined ? undefined : BigInt(item.signed.seq)
}

interface Follow {
  readonly once: boolean
  readonly settings: AskSettings
  readonly io: Io
}

async function follow(ask: Ask, item: SignedItem, { once, settings, io }: Follow): Promise<void> {
  if (once) {
    using _ = showProgress(io.err, () => 'storing the item')
    const report = await ask({ op: 'put-once', ...item })
    tell(report, settings, io)
    requireStored(report)
  } else {
    let last: AsJson<PutReport> | undefined
    await ask({ op: 'put', ...item }, (report) => {
      last = report
      tell(report, settings, io)
      // Whatever the reason, the node tries again; one bad round ends no renewal.
      const isOver = report.pending === 0
      if (isOver && report.accepted.length === 0) io.err.write(`${printable(whyNot(report))}\n`)
    })
    if (!io.stop.signal.aborted) throw new CommandFailure(printable(whyEnded(last, item)))
  }
}

function tell(report: AsJson<PutReport>, { json }: AskSettings, io: Io): void {
  const { target, accepted } = report
  if (json) writeJson(io.out, report)
  else io.out.write(`${target}  stored by ${countText(accepted.length, 'node')}\n`)
}

function requireStored(report: AsJson<PutReport>): void {
  if (report.accepted.length === 0) throw new CommandFailure(printable(whyNot(report)))
}

function whyNot({ refused: [first] }: AsJson<PutReport>): string {
  const why = first === undefined ? '' : `, refused: ${first.code} ${first.text}`
  return `no node stored the item${why}`
}

/** A renewal ends by itself only when nodes have another version. */
function whyEnded(last: AsJson<PutReport> | undefined, { signed }: SignedItem): string {
  const { newest } = last ?? {}
  const isOlder = newest !== undefined && signed !== undefined && BigInt(newest) > signed.seq
  const what = isOlder ? `version ${newest}` : 'another version'
  return `${what} is stored, so this one is not renewed`
}
