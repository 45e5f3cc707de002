// Wrong options of the UDP transport and the transaction table, as callers without types may pass
// them.

import { TRANSACTION_DEFAULTS } from '@dht/krpc'
import { UDP_DEFAULTS, udpTransport } from '@dht/krpc/udp'
import { expectOptionsChecked, expectRefusal, wrongFor } from '@dht/testing/refusals'
import fc from 'fast-check'
import { it } from 'vitest'
import { resolveTransactionOptions } from '../../src/transactions/options.ts'

it('API-1: the error of a wrong option of a transaction table has its name and value', () => {
  const names = Object.keys(TRANSACTION_DEFAULTS)
  const kinds = Object.fromEntries(names.map((name) => [name, 'number'] as const))
  expectOptionsChecked(kinds, resolveTransactionOptions)
})

it('API-1: the error of a wrong option of a UDP transport has its name and value', () => {
  const kinds = { family: 'number', port: 'number', receiveBufferBytes: 'number' } as const
  const wrong = fc
    .constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))
    .chain((name) => fc.record({ name: fc.constant(name), value: wrongFor(kinds[name]) }))
  fc.assert(
    fc.property(wrong, ({ name, value }) => {
      expectRefusal(() => udpTransport({ [name]: value } as object), { name, value })
    }),
  )
  for (const value of [null, 5, '::1', 'localhost', {}]) {
    expectRefusal(() => udpTransport({ address: value } as object), { name: 'address', value })
  }
  for (const value of [null, 5, 'x']) {
    expectRefusal(() => udpTransport(value as never), { name: 'options', value })
  }
  expectRefusal(() => udpTransport({ prot: 1 } as object), { name: 'option', value: 'prot' })
  expectRefusal(() => udpTransport({ ...UDP_DEFAULTS, port: '1' } as object), {
    name: 'port',
    value: '1',
  })
})
