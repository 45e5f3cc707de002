import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { type Id, idFromBytes, idKey, idsEqual, idView } from '../../src/id.ts'

describe('idFromBytes', () => {
  it('copies the bytes', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const id = idFromBytes(bytes)
    bytes[0] = 9
    expect([...id]).toEqual([1, 2, 3])
  })

  it('returns a plain Uint8Array also for a Buffer, whose slices would share memory', () => {
    const id = idFromBytes(Buffer.from([1, 2, 3]))
    expect(Object.getPrototypeOf(id)).toBe(Uint8Array.prototype)
  })

  it('accepts 1 to 64 bytes and nothing else', () => {
    expect(idFromBytes(new Uint8Array(1)).length).toBe(1)
    expect(idFromBytes(new Uint8Array(64)).length).toBe(64)
    for (const length of [0, 65]) {
      expect(() => idFromBytes(new Uint8Array(length))).toThrow(IdLengthError)
    }
  })

  it('the error has the expected and the given width', () => {
    expect(() => idFromBytes(new Uint8Array(20), 32)).toThrow('id: expected 32 bytes, got 20')
    expect(() => idFromBytes(new Uint8Array(65))).toThrow(
      'id: expected a width of 1 to 64 bytes, got 65',
    )
  })

  it('refuses a value that is not bytes', () => {
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
  it('returns the same bytes, not a copy', () => {
    const bytes = Uint8Array.of(1, 2)
    expect(idView(bytes)).toBe(bytes)
  })
})

describe('idsEqual', () => {
  const id = idFromBytes(Uint8Array.of(1, 2, 3))

  it('compares by value', () => {
    expect(idsEqual(id, idFromBytes(id))).toBe(true)
  })

  it('finds a difference in any byte', () => {
    for (let i = 0; i < 3; i++) {
      const other = Uint8Array.from(id)
      other[i]! ^= 0x80
      expect(idsEqual(id, idView(other))).toBe(false)
    }
  })

  it('is false for ids of different widths, even if one is the beginning of the other', () => {
    const longer = idFromBytes(Uint8Array.of(1, 2, 3, 0))
    expect(idsEqual(id, longer)).toBe(false)
    expect(idsEqual(longer, id)).toBe(false)
  })
})

describe('idKey', () => {
  it('finds an id in a map by other bytes of the same value', () => {
    const names = new Map([[idKey(idFromBytes(Uint8Array.of(0, 255))), 'here']])
    expect(names.get(idKey(idFromBytes(Uint8Array.of(0, 255))))).toBe('here')
  })

  it('is different for different widths', () => {
    const keys = [[65], [0, 65], [65, 0], [0, 0, 65]].map((bytes) =>
      idKey(idFromBytes(Uint8Array.from(bytes))),
    )
    expect(new Set(keys).size).toBe(4)
  })
})

// Plain bytes are not an `Id` for the type checker.
// @ts-expect-error
const _unchecked: Id = new Uint8Array(20)
void _unchecked
