// Wrong options of a world and of its links, as callers without types may pass them.

import { NETWORK_DEFAULTS, World } from '@dht/sim'
import { expectOptionsChecked, expectRefusal, wrongFor } from '@dht/testing/refusals'
import fc from 'fast-check'
import { it } from 'vitest'
import { resolveLinkOptions } from '../../src/network/network-options.ts'

it('API-1: the error of a wrong option of a link has its name and value', () => {
  expectOptionsChecked(
    {
      latency: 'function',
      loss: 'number',
      duplication: 'number',
      corruption: 'number',
      mtu: 'number',
    },
    (options) => resolveLinkOptions(options, NETWORK_DEFAULTS),
  )
})

it('API-1: the error of a wrong option of a world has its name and value', () => {
  const kinds = { shuffle: 'boolean', encoded: 'boolean' } as const
  const wrong = fc
    .constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))
    .chain((name) => fc.record({ name: fc.constant(name), value: wrongFor(kinds[name]) }))
  fc.assert(
    fc.property(wrong, ({ name, value }) => {
      expectRefusal(() => new World({ [name]: value } as object), { name, value })
    }),
  )
  for (const value of [null, Number.NaN, {}, true]) {
    expectRefusal(() => new World({ seed: value as never }), { name: 'seed', value })
  }
  expectRefusal(() => new World({ sed: 1 } as object), { name: 'option', value: 'sed' })
})
