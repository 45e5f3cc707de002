import { EncodeError, EndpointError, OptionsError } from '@dht/krpc'
import { BindError } from '@dht/krpc/udp'
import { expect, it } from 'vitest'

const mismatch = { what: 'port', expected: '1 to 65535', got: '0' }

it.each([
  [EncodeError, 'EncodeError', 'ERR_DHT_KRPC_ENCODE'],
  [EndpointError, 'EndpointError', 'ERR_DHT_KRPC_ENDPOINT'],
  [OptionsError, 'OptionsError', 'ERR_DHT_KRPC_OPTIONS'],
  [BindError, 'BindError', 'ERR_DHT_KRPC_BIND'],
] as const)('%o has a message and a code, and `is` recognizes the code', (type, name, code) => {
  const error = new type(mismatch)
  expect(error).toMatchObject({ name, code, message: 'port: expected 1 to 65535, got 0' })
  expect(type.is(error)).toBe(true)
  // An error of a second copy of the package.
  expect(type.is(Object.assign(new Error('x'), { code }))).toBe(true)
  expect(type.is(Object.assign(new Error('x'), { code: 'ERR_OTHER' }))).toBe(false)
  expect(type.is({ code })).toBe(false)
  expect(type.is(undefined)).toBe(false)
})

it('a BindError keeps its cause', () => {
  const cause = new Error('in use')
  expect(new BindError({ ...mismatch, cause }).cause).toBe(cause)
})
