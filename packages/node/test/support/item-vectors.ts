// The vectors of BEP 44, BEP 46 and Ed25519, in the form that the tests of items need.

import type { StoredItem } from '@dht/store'
import file from '../vectors/items.json' with { type: 'json' }

export const bytes = (hexText: string): Uint8Array =>
  Uint8Array.from(hexText.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

export const hex = (from: Uint8Array): string =>
  Array.from(from, (byte) => byte.toString(16).padStart(2, '0')).join('')

interface Vector {
  readonly name: string
  readonly kind: string
  readonly input_hex: string
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own
  readonly expected: any
}

const vectors: readonly Vector[] = file.vectors

/** An item, its target if that is known, and whether its signature is valid. */
interface ItemVector {
  readonly name: string
  readonly item: StoredItem
  readonly target: string | undefined
  readonly isValid: boolean
}

/** A message that was signed with a known seed. */
interface SignatureVector {
  readonly name: string
  readonly seed: Uint8Array
  readonly message: Uint8Array
  readonly publicKey: string
  readonly signature: string
}

/** A key and a salt of BEP 46, and their target. */
interface TargetVector {
  readonly name: string
  readonly k: Uint8Array
  readonly salt: Uint8Array
  readonly target: string
}

export const items: readonly ItemVector[] = vectors
  .filter(({ kind }) => kind === 'bep44' || kind === 'ed25519-verify')
  .map(({ name, input_hex, expected }) => ({
    name,
    item: itemOf(input_hex, expected),
    target: (expected.target ?? expected.target_sha1) as string | undefined,
    isValid: expected.valid ?? expected.strict_rfc8032 ?? true,
  }))

function itemOf(input: string, expected: Vector['expected']): StoredItem {
  if (expected.public_key === undefined) return { v: bytes(expected.hash_input_hex ?? input) }
  const [, seq = '', v = ''] = /3:seqi(\d+)e1:v(.*)$/.exec(textOf(input)) ?? []
  return {
    v: Uint8Array.from(v, (character) => character.charCodeAt(0)),
    signed: {
      k: bytes(expected.public_key),
      salt: bytes(expected.salt_hex ?? ''),
      seq: BigInt(seq),
      sig: bytes(expected.signature),
    },
  }
}

function textOf(hexText: string): string {
  return String.fromCharCode(...bytes(hexText))
}

export const signatures: readonly SignatureVector[] = vectors
  .filter(({ expected }) => expected.seed !== undefined && expected.signature !== undefined)
  .map(({ name, input_hex, expected }) => ({
    name,
    seed: bytes(expected.seed),
    message: bytes(input_hex),
    publicKey: expected.public_key as string,
    signature: expected.signature as string,
  }))

export const targets: readonly TargetVector[] = vectors
  .filter(({ kind }) => kind === 'bep46-target')
  .map(({ name, input_hex, expected }) => ({
    name,
    k: bytes(input_hex),
    salt: bytes(expected.salt_hex),
    target: expected.target as string,
  }))
