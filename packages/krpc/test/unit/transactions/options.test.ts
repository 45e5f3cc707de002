import { OptionsError, TRANSACTION_DEFAULTS, TransactionTable } from '@dht/krpc'
import { udpTransport } from '@dht/krpc/udp'
import { describe, expect, it } from 'vitest'
import { resolveTransactionOptions } from '../../../src/transactions/options.ts'

const make = (options: object) => new TransactionTable(() => new Uint8Array(4), options)

describe('transaction options', () => {
  it('the defaults are valid and frozen', () => {
    expect(() => make(TRANSACTION_DEFAULTS)).not.toThrow()
    expect(Object.isFrozen(TRANSACTION_DEFAULTS)).toBe(true)
  })

  it('an unknown option is refused by name', () => {
    expect(() => make({ timeout: 5 })).toThrow(
      /option: expected a known name, such as .*TimeoutMs.*, got "timeout"/,
    )
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '7'])('maxOpen %s is refused', (n) => {
    expect(() => make({ maxOpen: n })).toThrow(OptionsError)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, null])('a span of %s is refused', (ms) => {
    expect(() => make({ minMarginMs: ms })).toThrow(OptionsError)
  })

  it('the smallest values are accepted', () => {
    expect(() => make({ maxOpen: 1, maxEndpoints: 1, minMarginMs: 0.5 })).not.toThrow()
  })

  it.each([
    { minTimeoutMs: 501 },
    { firstTimeoutMs: 2001 },
    { firstTimeoutMs: 24 },
    { maxTimeoutMs: 4001 },
    { maxTimeoutMs: 499 },
    { giveUpMs: 1999 },
    { minGiveUpMs: 4001 },
  ])('%o is refused: the shorter span would be longer', (options) => {
    expect(() => make(options)).toThrow(/expected at most/)
  })

  it('equal spans are accepted', () => {
    const ms = 100
    const spans = { minTimeoutMs: ms, firstTimeoutMs: ms, maxTimeoutMs: ms }
    expect(() => make({ ...spans, giveUpMs: ms, minGiveUpMs: ms })).not.toThrow()
  })

  it('an undefined option gets its default', () => {
    const undefinedOnes = { maxOpen: undefined, maxTimeoutMs: undefined } as object
    expect(resolveTransactionOptions(undefinedOnes)).toEqual(TRANSACTION_DEFAULTS)
  })
})

describe('UDP options', () => {
  it.each([
    { family: 5 },
    { port: -1 },
    { port: 65_536 },
    { port: 1.5 },
    { receiveBufferBytes: 0 },
    { address: 'localhost' },
    { address: '::1' },
    { family: 6, address: '127.0.0.1' },
    { host: '127.0.0.1' },
  ])('%o is refused', (options) => {
    expect(() => udpTransport(options as object)).toThrow(OptionsError)
  })
})
