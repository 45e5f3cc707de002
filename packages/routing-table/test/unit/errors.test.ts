import { expect, it } from 'vitest'
import { RoutingTableOptionError } from '../../src/index.ts'

it('has a code and a message, and `is` recognizes the code', () => {
  const error = new RoutingTableOptionError('k', 'a number', 'x')
  expect(error).toMatchObject({
    name: 'RoutingTableOptionError',
    code: 'ERR_DHT_ROUTING_TABLE_OPTION',
    message: 'k: expected a number, got "x"',
  })
  expect(RoutingTableOptionError.is(error)).toBe(true)
  const elsewhere = Object.assign(new Error('x'), { code: 'ERR_DHT_ROUTING_TABLE_OPTION' })
  expect(RoutingTableOptionError.is(elsewhere)).toBe(true)
  expect(RoutingTableOptionError.is(new Error('x'))).toBe(false)
  expect(RoutingTableOptionError.is({ code: 'ERR_DHT_ROUTING_TABLE_OPTION' })).toBe(false)
})
