import { expect, it } from 'vitest'
import * as entry from '../src/index.ts'

it('exports exactly the guest list', () => {
  expect(Object.keys(entry).sort()).toEqual([
    'ROUTING_TABLE_DEFAULTS',
    'RoutingTable',
    'RoutingTableArgumentError',
    'RoutingTableOptionError',
    'limitBy',
    'resolveRoutingTableOptions',
  ])
})
