// The secret key of an author of mutable items, in a file that only its owner can read: 64 hex
// digits, the seed of an Ed25519 key (BEP 44).

import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { CommandFailure, EXIT } from '../exit.ts'

const KEY = /^[\da-f]{64}$/i

/** @throws {CommandFailure} when the file has another content */
export function readSecretKey(file: string): Uint8Array {
  const text = readFileSync(file, 'utf8').trim()
  if (KEY.test(text)) return Buffer.from(text, 'hex')
  throw new CommandFailure(`${file}: expected 64 hex digits, a secret key`, EXIT.usage)
}

/**
 * Makes a key. An existing file is never overwritten.
 *
 * @throws {CommandFailure} when there is such a file
 */
export function makeSecretKey(file: string): Uint8Array {
  const key = randomBytes(32)
  try {
    writeFileSync(file, `${key.toString('hex')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    const hint = 'dht id public-key prints the public key of a secret key'
    throw new CommandFailure(`${file} exists already, and is kept; ${hint}`)
  }
  return key
}
