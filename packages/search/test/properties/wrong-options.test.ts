// Wrong options and arguments, as callers without types may pass them.

import { idFromBytes } from '@dht/id'
import { expectOptionsChecked, expectRefusal } from '@dht/testing/refusals'
import { expect, it } from 'vitest'
import { Lookup, Publish } from '../../src/index.ts'
import {
  resolveLookupOptions,
  resolvePublishOptions,
  resolveRegionLookupOptions,
} from '../../src/options.ts'

const id = idFromBytes(Uint8Array.of(1, 2))
const text = '0102' as never

it('API-1: the error of a wrong option of a lookup has its name and value', () => {
  const kinds = {
    k: 'number',
    alpha: 'number',
    finalRoundAlpha: 'number',
    maxQueries: 'number',
    shortlistSize: 'number',
    maxPerResponse: 'number',
    addressOf: 'function',
    maxPerAddress: 'number',
    endpointOf: 'function',
    contactsPerId: 'number',
  } as const
  expect(Object.keys(kinds).sort()).toEqual(Object.keys(resolveLookupOptions({})).sort())
  expectOptionsChecked(kinds, resolveLookupOptions)
})

it('API-1: the error of a wrong option of a region lookup has its name and value', () => {
  const kinds = { subnetOf: 'function', maxPerSubnet: 'number', maxSweepQueries: 'number' } as const
  expectOptionsChecked(kinds, resolveRegionLookupOptions)
})

it('API-1: the error of a wrong option of a publish has its name and value', () => {
  expectOptionsChecked({ k: 'number' }, resolvePublishOptions)
})

it('API-1: strings are not accepted as bytes', () => {
  const init = { target: id, self: id, startingContacts: [] }
  const value = '0102'
  expectRefusal(() => new Lookup({ ...init, target: text }), { name: 'target', value })
  expectRefusal(() => new Lookup({ ...init, self: text }), { name: 'self', value })
  expectRefusal(() => new Lookup({ ...init, startingContacts: [{ id: text }] }), {
    name: 'starting contact',
    value,
  })
  expectRefusal(() => new Lookup({ ...init, region: 2 }), { name: 'region', value: 2 })
  const write = { contact: { id }, token: text }
  expectRefusal(() => new Publish([write]), { name: 'token', value })
})
