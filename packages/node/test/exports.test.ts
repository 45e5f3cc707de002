import { contentId, idFromHex, idToHex } from '@dht/id'
import { endpoint, formatEndpoint } from '@dht/krpc'
import * as node from '@dht/node'
import * as core from '@dht/node/core'
import { expect, it } from 'vitest'

it('the package exports what is on its guest list, and nothing else', () => {
  expect(Object.keys(node).sort()).toEqual([
    'CORE_DEFAULTS',
    'DhtNodeError',
    'contentId',
    'createNode',
    'dht256',
    'endpoint',
    'fileStorage',
    'formatEndpoint',
    'idFromHex',
    'idToHex',
    'mainline',
    'systemLookup',
    'toPrometheus',
  ])
})

it('so does its core, and what both have is the same thing', () => {
  expect(Object.keys(core).sort()).toEqual(['CORE_DEFAULTS', 'DhtNodeError', 'NodeCore'])
  expect(node.CORE_DEFAULTS).toBe(core.CORE_DEFAULTS)
  expect(node.DhtNodeError).toBe(core.DhtNodeError)
})

it('what comes from the packages below is theirs', () => {
  expect(node).toMatchObject({ contentId, idFromHex, idToHex, endpoint, formatEndpoint })
})
