// `dht get`: an item (BEP 44). Its value goes to the output, and what is known of it to the log.

import { Buffer } from 'node:buffer'
import type { Item } from '@dht/node'
import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { CommandFailure } from '../exit.ts'
import type { Io } from '../io.ts'
import { type AsJson, writeJson } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import { showProgress } from '../output/progress.ts'
import { type AskSettings, addAskOptions, withNode } from '../requests/with-node.ts'

interface GetSettings extends AskSettings {
  readonly salt?: string
}

export function addGet(program: Command, { io }: Context): void {
  const command = program
    .command('get')
    .description('Finds an item (BEP 44) and prints its value. Exit code 1: it was not found.')
    .argument('<key>', 'id (40 hex digits), public key (64), or a magnet URI with xs=urn:btpk:')
  addAskOptions(command, 'mainline')
    .option('--salt <text>', 'tells the mutable items of one key apart')
    .addHelpText('after', '\nExample:\n  dht get --salt news <64 hex digits of a public key>')
    .action(async (key: string, { salt, ...settings }: GetSettings) => {
      if (salt !== undefined && /^magnet:/i.test(key)) {
        throw new InvalidArgumentError('A magnet URI has its own salt (s=).')
      }
      const { item } = await withNode({
        settings,
        network: settings.network ?? 'mainline',
        io,
        use: async (ask) => {
          using _ = showProgress(io.err, () => 'looking for the item')
          return await ask({ op: 'get', key, ...(salt !== undefined && { salt: hexOf(salt) }) })
        },
      })
      if (item === undefined) throw new CommandFailure('not found')
      if (settings.json) writeJson(io.out, item)
      else printItem(item, io)
    })
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex')
}

function printItem(item: AsJson<Item>, io: Io): void {
  const { infohash, signed, value = item.encoded } = item
  const version =
    signed === undefined ? 'immutable' : `version ${signed.seq} of ${signed.publicKey}`
  io.err.write(`${item.id}, ${version}\n`)
  if (infohash !== undefined) io.out.write(`${infohash}\n`)
  else io.out.write(valueFor(io, Buffer.from(value, 'hex')))
}

/** A file or a pipe gets the bytes; a terminal gets what it can show. */
function valueFor(io: Io, value: Buffer): Buffer | string {
  return io.out.isTTY === true ? `${printable(value.toString())}\n` : value
}
