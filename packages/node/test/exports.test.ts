import * as node from '@dht/node'
import * as core from '@dht/node/core'
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

it('so does its core, and each name is the same thing', () => {
  const names = Object.keys(core)
  expect(names.sort()).toEqual(['CORE_DEFAULTS', 'DhtNodeError', 'NodeCore'])
  for (const name of names) expect(Reflect.get(node, name)).toBe(Reflect.get(core, name))
})
