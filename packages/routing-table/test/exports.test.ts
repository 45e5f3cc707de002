import { expect, it } from 'vitest'
import * as entry from '../src/index.ts'

it('the package exports these names and no others', () => {
  expect(Object.keys(entry).sort()).toEqual([
    'ROUTING_TABLE_DEFAULTS',
    'RoutingTable',
    'RoutingTableArgumentError',
    'RoutingTableOptionError',
    'resolveRoutingTableOptions',
  ])
})
