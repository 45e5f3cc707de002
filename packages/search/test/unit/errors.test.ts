import { describe, expect, it } from 'vitest'
import { SearchIdError, SearchOptionError } from '../../src/index.ts'

describe('errors', () => {
  it('have the expected and the given value', () => {
    const option = new SearchOptionError('k', 'a whole number of at least 1', 0)
    expect(option.message).toBe('k: expected a whole number of at least 1, got 0')
    expect([option.name, option.code]).toEqual(['SearchOptionError', 'ERR_DHT_SEARCH_OPTION'])
    const id = new SearchIdError('seed', 'an id of 32 bytes', new Uint8Array(20))
    expect(id.message).toBe('seed: expected an id of 32 bytes, got a Uint8Array of 20 bytes')
    expect([id.name, id.code]).toEqual(['SearchIdError', 'ERR_DHT_SEARCH_ID'])
  })

  it('`is` recognizes the code, also on an error of another copy of the package', () => {
    const option = new SearchOptionError('k', 'x', 0)
    const id = new SearchIdError('seed', 'an id', 'ab')
    const foreign = Object.assign(new Error('elsewhere'), { code: 'ERR_DHT_SEARCH_ID' })
    expect([option, id, foreign].map((error) => SearchOptionError.is(error))).toEqual([
      true,
      false,
      false,
    ])
    expect([option, id, foreign].map((error) => SearchIdError.is(error))).toEqual([
      false,
      true,
      true,
    ])
    for (const other of [undefined, null, 'ERR_DHT_SEARCH_ID', { code: 'ERR_DHT_SEARCH_ID' }]) {
      expect(SearchIdError.is(other)).toBe(false)
    }
  })
})
