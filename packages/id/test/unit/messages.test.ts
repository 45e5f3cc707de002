import { errorOf } from '@dht/testing/refusals'
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

const FORMAT = 'ERR_DHT_ID_FORMAT'
const LENGTH = 'ERR_DHT_ID_LENGTH'

const id = idFromHex('0123')
const zeros = (length: number): Uint8Array => new Uint8Array(length)

describe('the error of a wrong argument or option', () => {
  it.each([
    [() => idFromBytes([1] as never), FORMAT, 'id', '[1]'],
    [() => idFromBytes(zeros(3), 4), LENGTH, 'id', '3'],
    [() => idFromBytes(zeros(65)), LENGTH, 'id', '65'],
    [() => contentId('text' as never), FORMAT, 'content', 'a string'],
    [() => distance(id, idFromHex('01')), LENGTH, 'id', '2'],
    [() => idFromHex(12 as never), FORMAT, 'hex id', '12'],
    [() => idFromBytes('ab'.repeat(32) as never, 32), FORMAT, 'id', 'a string'],
    [() => idFromBytes(id, '2' as never), LENGTH, 'id', '"2"'],
    [() => distance('0123' as never, '0123' as never), FORMAT, 'id', 'a string'],
    [() => distance(id, undefined as never), FORMAT, 'reference id', 'undefined'],
    [() => idToHex('0123' as never), FORMAT, 'id', 'a string'],
    [() => closest([{ id }], id, undefined as never), FORMAT, 'count', 'undefined'],
    [() => closest([{ id }], id, '8' as never), FORMAT, 'count', '"8"'],
    [() => closest([{ id }], 'ab' as never, 8), FORMAT, 'target', 'a string'],
    [() => closest([{ id: undefined as never }], id, 8), FORMAT, 'id', 'undefined'],
    [() => Prefix.of('01' as never, 3), FORMAT, 'id', 'a string'],
    [() => Prefix.of(id, '3' as never), LENGTH, 'prefix length', '"3"'],
    [() => Prefix.of(id, 3).contains(idFromHex('01')), LENGTH, 'id', '1'],
    [() => randomId('2' as never, zeros), LENGTH, 'id', '"2"'],
    [() => randomId(2, undefined as never), FORMAT, 'random', 'undefined'],
    [() => randomId(2, (() => 5) as never), FORMAT, 'random bytes', '5'],
    [() => isSecureId('01' as never, zeros(4)), FORMAT, 'id', 'a string'],
    [() => idFromHex('01', 2), LENGTH, 'hex id', '2'],
    [() => idFromBigInt(1 as never, 2), FORMAT, 'id value', '1'],
    [() => idFromBigInt(-1n, 2), FORMAT, 'id value', '-1n'],
    [() => Prefix.of(id, 17), LENGTH, 'prefix length', '17'],
    [() => Prefix.of(id, 16).halves(), LENGTH, 'prefix length', '16'],
    [() => Prefix.of(id, 0).sibling(), LENGTH, 'prefix length', '0'],
    [() => randomId(2, () => zeros(1)), LENGTH, 'random bytes', '1'],
    [() => isSecureId(id, zeros(4)), LENGTH, 'secure id', '2'],
    [() => secureId({ address: zeros(5), length: 20, random: zeros }), LENGTH, 'address', '5'],
    [
      () => secureId({ address: '::1' as never, length: 20, random: zeros }),
      FORMAT,
      'address',
      'a string',
    ],
  ])('%#: has a code and names the argument and the value', (act, code, what, got) => {
    expect(act).toThrow(errorOf(code, what, got))
  })
})
