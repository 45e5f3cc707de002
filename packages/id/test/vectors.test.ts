// Published vectors. Each names its source.

import {
  commonPrefixLength,
  distance,
  idFromBytes,
  idFromHex,
  idToHex,
  isSecureId,
  Prefix,
  secureId,
} from '@dht/id'
import { expect, it } from 'vitest'
import { crc32c } from '../src/crc32c.ts'
import file from './vectors/ids.json' with { type: 'json' }

interface Vector {
  readonly name: string
  readonly kind: string
  readonly input: string
  readonly expected: Readonly<Record<string, string | number | boolean>>
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex8 = (value: number): string => value.toString(16).padStart(8, '0')

const checks: Readonly<Record<string, (vector: Vector) => void>> = {
  crc32c: ({ input, expected }) => {
    expect(hex8(crc32c(bytes(input)))).toBe(expected['crc32c'])
  },
  bep42: ({ input, expected }) => {
    if (expected['matches_vector'] === false) checkProseTrap(input, String(expected['crc32c']))
    else checkChecksum({ address: bytes(input), expected })
  },
  'bep42-check': ({ input, expected }) => {
    const id = idFromHex(String(expected['node_id']))
    expect(isSecureId(id, bytes(input))).toBe(expected['valid'])
  },
  distance: ({ input, expected }) => {
    const [a, b] = halvesOf(input)
    expect(8 * a.length - commonPrefixLength(a, b)).toBe(expected['distance_bits'])
    const xor = expected['xor']
    if (xor !== undefined) expect(idToHex(idFromBytes(distance(a, b)))).toBe(xor)
  },
  'distance-exp': ({ input, expected }) => {
    const [a, b] = halvesOf(input)
    const bits = 8 * a.length - commonPrefixLength(a, b)
    expect(Math.max(bits - 1, 0)).toBe(expected['distance_exp'])
  },
  'prefix-mask': ({ expected }) => {
    const ones = idFromHex('ff'.repeat(20))
    expect(idToHex(Prefix.of(ones, Number(expected['bits'])).base)).toBe(expected['mask'])
  },
}

function halvesOf(input: string) {
  const middle = input.length / 2
  return [idFromHex(input.slice(0, middle)), idFromHex(input.slice(middle))] as const
}

function checkChecksum({ address, expected }: Pick<Vector, 'expected'> & { address: Uint8Array }) {
  const checksum = String(expected['crc32c'])
  const masked = expected['masked_hex']
  if (masked !== undefined) expect(hex8(crc32c(bytes(String(masked))))).toBe(checksum)

  const example = expected['example_node_id']
  if (example !== undefined) {
    expect(isSecureId(idFromHex(String(example)), address)).toBe(expected['valid'])
  }

  const r = Number(expected['rand'] ?? expected['r_low3'])
  const drawn = secureId({
    address,
    length: 20,
    random: (length) => new Uint8Array(length).fill(r),
  })
  const first21 = (id: Uint8Array): number => ((id[0]! << 16) | (id[1]! << 8) | id[2]!) >>> 3
  expect(first21(drawn)).toBe(first21(bytes(checksum)))
  expect(drawn.at(-1)).toBe(r)
}

/**
 * The text of BEP 42 says that an IPv4 address is hashed as 8 bytes. Its own vectors hash 4 bytes.
 */
function checkProseTrap(input: string, checksum: string) {
  expect(hex8(crc32c(bytes(input)))).toBe(checksum)
  const trapped = idFromHex(`${checksum.slice(0, 6)}${'00'.repeat(16)}01`)
  expect(isSecureId(trapped, Uint8Array.of(124, 31, 75, 21))).toBe(false)
}

const vectors: readonly Vector[] = file.vectors

it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
  const check = checks[vector.kind]
  expect(check, vector.kind).toBeDefined()
  check?.(vector)
})

it('all kinds of vectors are present', () => {
  expect(new Set(vectors.map(({ kind }) => kind))).toEqual(new Set(Object.keys(checks)))
})
