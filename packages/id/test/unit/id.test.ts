import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { type Id, idFromBytes, idKey, idsEqual, idView } from '../../src/id.ts'

describe('idFromBytes', () => {
  it('copies, so that the id outlives a change of the bytes', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const id = idFromBytes(bytes)
    bytes[0] = 9
    expect([...id]).toEqual([1, 2, 3])
  })

  it('makes a plain Uint8Array even of a Buffer, which would alias when sliced', () => {
    const id = idFromBytes(Buffer.from([1, 2, 3]))
    expect(Object.getPrototypeOf(id)).toBe(Uint8Array.prototype)
  })

  it('takes 1 to 64 bytes and nothing else', () => {
    expect(idFromBytes(new Uint8Array(1)).length).toBe(1)
    expect(idFromBytes(new Uint8Array(64)).length).toBe(64)
    for (const length of [0, 65]) {
      expect(() => idFromBytes(new Uint8Array(length))).toThrow(IdLengthError)
    }
  })

  it('says which width it wanted and which it got', () => {
    expect(() => idFromBytes(new Uint8Array(20), 32)).toThrow('id: expected 32 bytes, got 20')
    expect(() => idFromBytes(new Uint8Array(65))).toThrow(
      'id: expected a width of 1 to 64 bytes, got 65',
    )
  })

  it('refuses what is not bytes rather than cut it to bytes', () => {
    for (const wrong of [
      [256],
      'ab',
      20,
      null,
      undefined,
      new Uint16Array(2),
      new DataView(new ArrayBuffer(2)),
    ]) {
      expect(() => idFromBytes(wrong as never)).toThrow(IdFormatError)
    }
  })
})

describe('idView', () => {
  it('is the very same bytes', () => {
    const bytes = Uint8Array.of(1, 2)
    expect(idView(bytes)).toBe(bytes)
  })
})

describe('idsEqual', () => {
  const id = idFromBytes(Uint8Array.of(1, 2, 3))

  it('compares by value', () => {
    expect(idsEqual(id, idFromBytes(id))).toBe(true)
  })

  it('sees a difference in any byte', () => {
    for (let i = 0; i < 3; i++) {
      const other = Uint8Array.from(id)
      other[i]! ^= 0x80
      expect(idsEqual(id, idView(other))).toBe(false)
    }
  })

  it('knows no equality across widths, not even of one the start of the other', () => {
    const longer = idFromBytes(Uint8Array.of(1, 2, 3, 0))
    expect(idsEqual(id, longer)).toBe(false)
    expect(idsEqual(longer, id)).toBe(false)
  })
})

describe('idKey', () => {
  it('finds an id again in a map, from other bytes of the same value', () => {
    const names = new Map([[idKey(idFromBytes(Uint8Array.of(0, 255))), 'here']])
    expect(names.get(idKey(idFromBytes(Uint8Array.of(0, 255))))).toBe('here')
  })

  it('tells widths apart', () => {
    const keys = [[65], [0, 65], [65, 0], [0, 0, 65]].map((bytes) =>
      idKey(idFromBytes(Uint8Array.from(bytes))),
    )
    expect(new Set(keys).size).toBe(4)
  })
})

// The brand is a matter of types: plain bytes are no id.
// @ts-expect-error
const _unchecked: Id = new Uint8Array(20)
void _unchecked
