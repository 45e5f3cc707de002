import { describe, expect, it } from 'vitest'
import { closest } from '../../src/closest.ts'
import { contentId } from '../../src/content-id.ts'
import { distance } from '../../src/distance.ts'
import { idFromBytes } from '../../src/id.ts'
import { idFromBigInt } from '../../src/id-bigint.ts'
import { idFromHex, idToHex } from '../../src/id-hex.ts'
import { Prefix } from '../../src/prefix.ts'
import { randomId } from '../../src/random.ts'
import { isSecureId, secureId } from '../../src/secure-id.ts'

const id = idFromHex('0123')
const zeros = (length: number): Uint8Array => new Uint8Array(length)

describe('what a refusal says', () => {
  it.each([
    [() => idFromBytes([1] as never), 'id: expected a Uint8Array, got [1]'],
    [() => idFromBytes(zeros(3), 4), 'id: expected 4 bytes, got 3'],
    [() => idFromBytes(zeros(65)), 'id: expected a width of 1 to 64 bytes, got 65'],
    [() => contentId('text' as never), 'content: expected a Uint8Array, got a string'],
    [() => distance(id, idFromHex('01')), 'id: expected 1 byte, got 2'],
    [() => idFromHex(12 as never), 'hex id: expected a string, got 12'],
    [() => idFromBytes('ab'.repeat(32) as never, 32), 'id: expected a Uint8Array, got a string'],
    [() => idFromBytes(id, '2' as never), 'id: expected a width of 1 to 64 bytes, got "2"'],
    [() => distance('0123' as never, '0123' as never), 'id: expected a Uint8Array, got a string'],
    [() => distance(id, undefined as never), 'reference id: expected a Uint8Array, got undefined'],
    [() => idToHex('0123' as never), 'id: expected a Uint8Array, got a string'],
    [() => closest([{ id }], id, undefined as never), 'count: expected a number, got undefined'],
    [() => closest([{ id }], id, '8' as never), 'count: expected a number, got "8"'],
    [() => closest([{ id }], 'ab' as never, 8), 'target: expected a Uint8Array, got a string'],
    [
      () => closest([{ id: undefined as never }], id, 8),
      'id: expected a Uint8Array, got undefined',
    ],
    [() => Prefix.of('01' as never, 3), 'id: expected a Uint8Array, got a string'],
    [() => Prefix.of(id, '3' as never), 'prefix length: expected 0 to 16 bits, got "3"'],
    [() => Prefix.of(id, 3).contains(idFromHex('01')), 'id: expected 2 bytes, got 1'],
    [() => randomId('2' as never, zeros), 'id: expected a width of 1 to 64 bytes, got "2"'],
    [() => randomId(2, undefined as never), 'random: expected a function, got undefined'],
    [() => randomId(2, (() => 5) as never), 'random bytes: expected a Uint8Array, got 5'],
    [() => isSecureId('01' as never, zeros(4)), 'id: expected a Uint8Array, got a string'],
    [() => idFromHex('01', 2), 'hex id: expected 4 characters, got 2'],
    [() => idFromBigInt(1 as never, 2), 'id value: expected a bigint of 0 to 2^16 - 1, got 1'],
    [() => idFromBigInt(-1n, 2), 'id value: expected a bigint of 0 to 2^16 - 1, got -1n'],
    [() => Prefix.of(id, 17), 'prefix length: expected 0 to 16 bits, got 17'],
    [
      () => Prefix.of(id, 16).halves(),
      'prefix length: expected less than 16 bits to halve, got 16',
    ],
    [
      () => Prefix.of(id, 0).sibling(),
      'prefix length: expected at least 1 bit to have a sibling, got 0',
    ],
    [() => randomId(2, () => zeros(1)), 'random bytes: expected 2 bytes, got 1'],
    [() => isSecureId(id, zeros(4)), 'secure id: expected at least 4 bytes, got 2'],
    [
      () => secureId({ address: zeros(5), length: 20, random: zeros }),
      'address: expected 4 or 16 bytes, got 5',
    ],
    [
      () => secureId({ address: '::1' as never, length: 20, random: zeros }),
      'address: expected a Uint8Array, got a string',
    ],
  ])('%#: all three, what, expected and got', (refuse, message) => {
    expect(refuse).toThrow(expect.objectContaining({ message }))
  })
})
