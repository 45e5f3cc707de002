import { expect, it } from 'vitest'
import { argumentError, DhtNodeError } from '../../src/errors.ts'

it('the message has the expected and the given value, for any value', () => {
  expect(argumentError('port', 'a number', 'x').message).toBe('port: expected a number, got "x"')
  expect(argumentError('port', 'a number', undefined).message).toMatch(/got undefined$/)
  expect(argumentError('port', 'a number', Symbol('s')).message).toMatch(/got Symbol\(s\)$/)
  expect(argumentError('port', 'a number', Object.create(null)).message).toMatch(/got \{\}$/)
  expect(argumentError('port', 'a number', 1).code).toBe('ERR_DHT_NODE_ARGUMENT')
})

it('`is` recognizes our own errors, and those of another copy of the package', () => {
  const foreign = Object.assign(new Error('x'), {
    name: 'DhtNodeError',
    code: 'ERR_DHT_NODE_CLOSED',
  })
  expect(DhtNodeError.is(argumentError('a', 'b', 'c'))).toBe(true)
  expect(DhtNodeError.is(foreign)).toBe(true)
  const lookalike = Object.assign(new Error('x'), { code: 'ENOENT' })
  for (const other of [
    lookalike,
    new Error('x'),
    { name: 'DhtNodeError', code: 'x' },
    undefined,
    'x',
  ]) {
    expect(DhtNodeError.is(other)).toBe(false)
  }
})

it('has a cause, and the error message of the remote node', () => {
  const remote = { code: 203, text: 'bad token' }
  const error = new DhtNodeError('ERR_DHT_NODE_REMOTE', 'refused', { cause: 'why', remote })
  expect([error.cause, error.remote]).toEqual(['why', remote])
})

it('has neither property without a value, so that it prints without them', () => {
  const error = new DhtNodeError('ERR_DHT_NODE_CLOSED', 'closed')
  expect([Object.hasOwn(error, 'cause'), Object.hasOwn(error, 'remote')]).toEqual([false, false])
})
