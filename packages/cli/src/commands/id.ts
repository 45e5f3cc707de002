// `dht id`: makes ids, without a network.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { contentId, hashedIds, idToHex, randomId } from '@dht/id'
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
    .description('Prints the id of a file in dht256: the SHA-256 of its content.')
    .argument('<file>')
    .addHelpText('after', '\nExample:\n  dht id file photo.jpg')
    .action((file: string) => print(idToHex(contentId(readFileSync(file)))))
  command
    .command('address')
    .description(
      'Prints a random id that fits this address of a node: BEP 42, or a hashed id of dht256.',
    )
    .argument('<address>', 'IPv4 or IPv6', parseAddress)
    .addOption(networkOption('mainline'))
    .addHelpText('after', '\nExample:\n  dht id address 192.0.2.7')
    .action((address: Uint8Array, { network }: { readonly network: NetworkName }) => {
      const { idLength: length, secureIds = hashedIds } = NETWORKS[network]
      print(idToHex(secureIds.draw({ address, length, random: randomBytes })))
    })
  command
    .command('random')
    .description('Prints a random id.')
    .addOption(networkOption('dht256'))
    .addHelpText('after', '\nExample:\n  dht id random --network mainline')
    .action(({ network }: { readonly network: NetworkName }) => {
      print(idToHex(randomId(NETWORKS[network].idLength, randomBytes)))
    })
  command
    .command('key')
    .description('Makes a secret key for mutable items (BEP 44), and prints its public key.')
    .argument('<file>', 'new file for the secret key; only you can read it')
    .addHelpText('after', '\nExample:\n  dht id key author.key')
    .action((file: string) => print(publicKeyOf(makeSecretKey(file))))
  command
    .command('public-key')
    .description('Prints the public key of a secret key, for: dht get <public key>')
    .argument('<file>', 'made by: dht id key <file>')
    .addHelpText('after', '\nExample:\n  dht id public-key author.key')
    .action((file: string) => print(publicKeyOf(readSecretKey(file))))
}

function networkOption(byDefault: NetworkName): Option {
  return new Option('--network <name>', 'network whose ids have the wanted length')
    .choices(Object.keys(NETWORKS))
    .default(byDefault)
}

function parseAddress(text: string): Uint8Array {
  const bytes = addressBytes(text)
  if (bytes !== undefined) return bytes
  throw new InvalidArgumentError('Expected an IPv4 or IPv6 address.')
}
