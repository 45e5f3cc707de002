// Options and arguments as callers without types may give them.

import { idFromBytes } from '@dht/id'
import { expectOptionsChecked, expectRefusal } from '@dht/testing/refusals'
import { expect, it } from 'vitest'
import { Lookup, Publish } from '../../src/index.ts'
import { resolveLookupOptions, resolvePublishOptions } from '../../src/options.ts'

const id = idFromBytes(Uint8Array.of(1, 2))
const text = '0102' as never

it('API-1: every option of a lookup is refused by name and value', () => {
  const kinds = {
    k: 'number',
    alpha: 'number',
    finalRoundAlpha: 'number',
    maxQueries: 'number',
    shortlistSize: 'number',
    maxPerReply: 'number',
    addressOf: 'function',
  } as const
  expect(Object.keys(kinds).sort()).toEqual(Object.keys(resolveLookupOptions({})).sort())
  expectOptionsChecked(kinds, resolveLookupOptions)
})

it('API-1: so are those of a publish', () => {
  expectOptionsChecked({ k: 'number' }, resolvePublishOptions)
})

it('API-1: texts are not taken for bytes', () => {
  const init = { target: id, self: id, startingContacts: [] }
  const value = '0102'
  expectRefusal(() => new Lookup({ ...init, target: text }), { name: 'target', value })
  expectRefusal(() => new Lookup({ ...init, self: text }), { name: 'self', value })
  expectRefusal(() => new Lookup({ ...init, startingContacts: [{ id: text }] }), {
    name: 'starting contact',
    value,
  })
  const write = { contact: { id }, token: text }
  expectRefusal(() => new Publish([write]), { name: 'token', value })
})
