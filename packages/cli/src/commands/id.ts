// `dht id`: makes ids, without a network.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { contentId, idToHex, randomId, secureId } from '@dht/id'
import { addressBytes } from '@dht/krpc'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Context } from '../context.ts'
import { NETWORKS, type NetworkName } from '../options/node-options.ts'
import { publicKeyOf } from './new-item.ts'
import { makeSecretKey, readSecretKey } from './secret-key.ts'

export function addId(program: Command, { io }: Context): void {
  const print = (line: string): void => void io.out.write(`${line}\n`)
  const command = program
    .command('id')
    .description('Makes an id or a key.')
    .addHelpText('after', '\nExample:\n  dht id file photo.jpg')
  command
    .command('file')
    .description('The id of a content in dht256: its SHA-256.')
    .argument('<file>')
    .addHelpText('after', '\nExample:\n  dht id file photo.jpg')
    .action((file: string) => print(idToHex(contentId(readFileSync(file)))))
  command
    .command('address')
    .description('An id that a node at this external address may have (BEP 42).')
    .argument('<address>', 'IPv4 or IPv6', parseAddress)
    .addOption(networkOption('mainline'))
    .addHelpText('after', '\nExample:\n  dht id address 192.0.2.7')
    .action((address: Uint8Array, { network }: { readonly network: NetworkName }) => {
      const { idLength } = NETWORKS[network]
      print(idToHex(secureId({ address, length: idLength, random: randomBytes })))
    })
  command
    .command('random')
    .description('A random id.')
    .addOption(networkOption('dht256'))
    .addHelpText('after', '\nExample:\n  dht id random --network mainline')
    .action(({ network }: { readonly network: NetworkName }) => {
      print(idToHex(randomId(NETWORKS[network].idLength, randomBytes)))
    })
  command
    .command('key')
    .description('Makes the secret key of an author of items, and prints the public key.')
    .argument('<file>', 'a new file for it, that only you can read')
    .addHelpText('after', '\nExample:\n  dht id key author.key')
    .action((file: string) => print(publicKeyOf(makeSecretKey(file))))
  command
    .command('public-key')
    .description('The public key of a secret key, for: dht get <public key>')
    .argument('<file>', 'made by: dht id key <file>')
    .addHelpText('after', '\nExample:\n  dht id public-key author.key')
    .action((file: string) => print(publicKeyOf(readSecretKey(file))))
}

function networkOption(byDefault: NetworkName): Option {
  return new Option('--network <name>', 'whose width of ids')
    .choices(Object.keys(NETWORKS))
    .default(byDefault)
}

function parseAddress(text: string): Uint8Array {
  const bytes = addressBytes(text)
  if (bytes !== undefined) return bytes
  throw new InvalidArgumentError('Expected an IPv4 or IPv6 address.')
}
