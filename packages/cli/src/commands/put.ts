// `dht put`: stores an item (BEP 44), and renews it until the command is stopped.

import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import type { DhtNode, ItemToPut, Put, PutReport } from '@dht/node'
import { nobleCrypto } from '@dht/node/core'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CommandFailure, EXIT } from '../exit.ts'
import type { Io } from '../io.ts'
import { parseSequence } from '../options/parse.ts'
import { writeJson } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import { showProgress } from '../output/progress.ts'
import { countText } from '../output/text.ts'
import { readSecretKey } from './secret-key.ts'
import { addVisitOptions, untilStopped, type VisitSettings, visit } from './visit.ts'

interface PutSettings extends VisitSettings {
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
    .argument('[text]', 'its value')
  addVisitOptions(command, 'mainline')
    .option('--file <file>', 'a file with its value')
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
  const value = toValue({ text, file, infohash })
  if (key === undefined && salt !== undefined)
    throw new CommandFailure('--salt needs --key', EXIT.usage)
  if (key === undefined && infohash !== undefined) {
    throw new CommandFailure('--infohash needs --key', EXIT.usage)
  }
  const secretKey = key === undefined ? undefined : readSecretKey(key)
  const use = async (node: DhtNode): Promise<void> => {
    const saltBytes = salt === undefined ? {} : { salt: Buffer.from(salt) }
    if (secretKey === undefined) {
      return follow(node.put({ ...value, ...saltBytes }), { once, settings, io })
    }
    const found = seq === undefined ? await newestOf(node, secretKey, saltBytes.salt) : undefined
    const item = { ...value, ...saltBytes, secretKey, seq: seq ?? (found ?? 0n) + 1n }
    return follow(node.put(item, found === undefined ? {} : { cas: found }), { once, settings, io })
  }
  const options = { readOnly: once ? true : 'auto' } as const
  const network = settings.network ?? 'mainline'
  await visit({
    settings,
    network,
    io,
    options,
    use: (node) => untilStopped(node, io, () => use(node)),
  })
}

type Value = Pick<ItemToPut, 'value' | 'infohash'>

function toValue(given: {
  readonly text: string | undefined
  readonly file: string | undefined
  readonly infohash: string | undefined
}): Value {
  const { text, file, infohash } = given
  if ([text, file, infohash].filter((each) => each !== undefined).length !== 1) {
    throw new CommandFailure('give one of a text, --file and --infohash', EXIT.usage)
  }
  return {
    ...(text !== undefined && { value: Buffer.from(text) }),
    ...(file !== undefined && { value: readFileSync(file) }),
    ...(infohash !== undefined && { infohash }),
  }
}

async function newestOf(
  node: DhtNode,
  secretKey: Uint8Array,
  salt: Uint8Array = new Uint8Array(0),
): Promise<bigint | undefined> {
  const publicKey = nobleCrypto.publicKeyOf(secretKey)
  const { item } = await node.get({ publicKey, salt })
  return item?.signed?.seq
}

interface Follow {
  readonly once: boolean
  readonly settings: VisitSettings
  readonly io: Io
}

async function follow(put: Put, { once, settings, io }: Follow): Promise<void> {
  const first = await firstOf(put, io)
  tell(first, settings, io)
  if (once) return
  let isFirst = true
  for await (const report of put) {
    if (!isFirst) tell(report, settings, io)
    isFirst = false
  }
}

async function firstOf(put: Put, io: Io): Promise<PutReport> {
  using _ = showProgress(io.err, () => 'storing the item')
  return await put
}

function tell(report: PutReport, { json }: VisitSettings, io: Io): void {
  const { target, accepted, refused } = report
  if (json) writeJson(io.out, report)
  else io.out.write(`${target}  stored by ${countText(accepted.length, 'node')}\n`)
  if (accepted.length > 0) return
  const [why] = refused
  const reason = why === undefined ? 'no node stored it' : `refused: ${why.code} ${why.text}`
  throw new CommandFailure(printable(reason))
}
