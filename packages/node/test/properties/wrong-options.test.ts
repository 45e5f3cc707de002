// Every option of a node and of its core with wrong values. The type of an option follows from its
// default, so a new option is tested here without a change.

import { expectOptionsChecked, expectRefusal, type Kind } from '@dht/testing/refusals'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { nodeConfig } from '../support/node-config.ts'

const kinds = Object.fromEntries(
  Object.entries(CORE_DEFAULTS)
    .filter(([name, value]) => typeof value !== 'object' && name !== 'readOnly')
    .map(([name, value]) => [name, typeof value as Kind]),
)

it('API-1: the error of a wrong option of the core has its name and value', () => {
  expect(Object.keys(kinds).length).toBeGreaterThan(30)
  expectOptionsChecked(kinds, resolveCoreOptions)
})

it('API-1: the error of an option with several values has the position of the wrong one', () => {
  const value = '8'
  expectRefusal(() => resolveCoreOptions({ bucketWidths: [8, value] as never }), {
    name: 'bucketWidths[1]',
    value,
  })
  expectRefusal(() => resolveCoreOptions({ peersPerReply: { 4: 1, 6: value } as never }), {
    name: 'peersPerReply[6]',
    value,
  })
  const network = { ...CORE_DEFAULTS.network, idLength: value } as never
  expectRefusal(() => resolveCoreOptions({ network }), { name: 'network.idLength', value })
  for (const wrong of [null, 8, value, 'false']) {
    expectRefusal(() => resolveCoreOptions({ readOnly: wrong as never }), {
      name: 'readOnly',
      value: wrong,
    })
  }
  for (const name of ['network', 'bucketWidths', 'peersPerReply']) {
    for (const value of [null, 8, '8', true]) {
      expectRefusal(() => resolveCoreOptions({ [name]: value }), { name, value })
    }
  }
})

it('API-1: the error of a wrong option of the shell has name and value; nothing is opened', () => {
  const wrong = fc.constantFrom<unknown>(null, -1, Number.NaN, 8n, Symbol('s'), new Date(0))
  const names = [
    'id',
    'port',
    'ipv4',
    'ipv6',
    'transports',
    'bootstrap',
    'state',
    'saveEveryMs',
    'random',
    'clock',
    'resolver',
    'onWarning',
    'signal',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...names), wrong, (name, value) => {
      expectRefusal(() => nodeConfig({ [name]: value }), { name, value })
    }),
  )
})
