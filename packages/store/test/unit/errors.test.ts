import { describe, expect, it } from 'vitest'
import { StoreArgumentError, StoreOptionError } from '../../src/errors.ts'

describe('errors', () => {
  it('have the expected and the given value', () => {
    const error = new StoreArgumentError('peer', '6 or 18 bytes', new Uint8Array(7))
    expect(error.message).toBe('peer: expected 6 or 18 bytes, got a Uint8Array of 7 bytes')
    expect(error).toMatchObject({ name: 'StoreArgumentError', argument: 'peer' })
    const wrong = new StoreOptionError('maxKeys', 'a whole number', 0.5)
    expect(wrong.message).toBe('maxKeys: expected a whole number, got 0.5')
    expect(wrong).toMatchObject({ name: 'StoreOptionError', option: 'maxKeys' })
  })

  it.each([
    [StoreArgumentError, 'ERR_DHT_STORE_ARGUMENT'],
    [StoreOptionError, 'ERR_DHT_STORE_OPTION'],
  ])('`is` recognizes the code, also on an error of another copy of the package', (type, code) => {
    expect(type.is(new type('a', 'b', 'c'))).toBe(true)
    expect(type.is(Object.assign(new Error('elsewhere'), { code }))).toBe(true)
    expect(type.is(Object.assign(new Error('elsewhere'), { code: 'ERR_OTHER' }))).toBe(false)
    expect(type.is(new Error('plain'))).toBe(false)
    expect(type.is({ code })).toBe(false)
  })
})
