import { contentId, idFromHex, idToHex } from '@dht/id'
import { endpoint, formatEndpoint } from '@dht/krpc'
import * as node from '@dht/node'
import * as core from '@dht/node/core'
import * as portable from '@dht/node/portable'
import { expect, it } from 'vitest'

it('the package exports these names and no others', () => {
  expect(Object.keys(node).sort()).toEqual([
    'CORE_DEFAULTS',
    'DhtNodeError',
    'contentId',
    'createNode',
    'dht256',
    'endpoint',
    'fileStorage',
    'formatEndpoint',
    'hashedIds',
    'idFromHex',
    'idToHex',
    'mainline',
    'nodeCrypto',
    'systemLookup',
    'toPrometheus',
  ])
})

it('@dht/node/core exports these names, and the same values as the package', () => {
  expect(Object.keys(core).sort()).toEqual([
    'CORE_DEFAULTS',
    'DhtNodeError',
    'ItemGoal',
    'MinuteBudget',
    'NodeCore',
    'TokenBucket',
    'builtInMethods',
    'nobleCrypto',
    'randomIds',
    'refuse',
  ])
  expect(node.CORE_DEFAULTS).toBe(core.CORE_DEFAULTS)
  expect(node.DhtNodeError).toBe(core.DhtNodeError)
})

it('@dht/node/portable exports what needs no machine, and a storage for browsers', () => {
  const ofMachine = ['fileStorage', 'nodeCrypto', 'systemLookup']
  const names = Object.keys(node).filter((name) => !ofMachine.includes(name))
  expect(Object.keys(portable).sort()).toEqual([...names, 'indexedDbStorage'].sort())
  expect(portable.DhtNodeError).toBe(node.DhtNodeError)
})

it("names of other packages are those packages' own exports", () => {
  expect(node).toMatchObject({ contentId, idFromHex, idToHex, endpoint, formatEndpoint })
})
