import * as node from '@dht/node'
import { expect, it } from 'vitest'

it('the package exports what is on its guest list, and nothing else', () => {
  expect(Object.keys(node).sort()).toEqual([
    'CORE_DEFAULTS',
    'DhtNodeError',
    'NodeCore',
    'createNode',
    'dht256',
    'fileStorage',
    'mainline',
    'toPrometheus',
  ])
})
