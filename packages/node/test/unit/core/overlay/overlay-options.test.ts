import { idFromBytes } from '@dht/id'
import { type Contact, contact, dht256, type Endpoint, endpoint, mainline } from '@dht/krpc'
import { RoutingTable } from '@dht/routing-table'
import { describe, expect, it } from 'vitest'
import type { CoreConfig, CoreOptions } from '../../../../src/core/config/core-options.ts'
import { CORE_DEFAULTS } from '../../../../src/core/config/defaults.ts'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import {
  crowdedSubnetsOf,
  tableOptions,
  transactionOptions,
} from '../../../../src/core/overlay/overlay-options.ts'
import { SharedAddresses } from '../../../../src/core/overlay/shared-addresses.ts'

const optionsOf = (config: CoreConfig) => {
  const addresses = new SharedAddresses(config.trustedSubnets)
  return tableOptions(config, { addresses, crowded: crowdedSubnetsOf(config, addresses) })
}

/** A table with the options of a core, in which `others` contacts in distinct subnets are known. */
function tableWith(options: CoreOptions, others = 8): RoutingTable<Contact> {
  const config = resolveCoreOptions({ bucketWidths: [64], ...options })
  const { idLength } = config.network
  const self = idFromBytes(new Uint8Array(idLength))
  const table = new RoutingTable<Contact>(self, optionsOf(config))
  for (let n = 0; n < others; n++) {
    const id = idFromBytes(new Uint8Array(idLength).fill(n + 1))
    table.responded(contact(id, endpoint(`20.0.${n}.1`, 1)), 0)
  }
  return table
}

/** How many of 20 further contacts in one bucket are accepted. */
function taken(table: RoutingTable<Contact>, endpointOf: (n: number) => Endpoint): number {
  const before = table.size
  for (let n = 0; n < 20; n++) {
    const id = idFromBytes(new Uint8Array(table.self.length).fill(0x80 + n))
    table.responded(contact(id, endpointOf(n)), 0)
  }
  return table.size - before
}

const ofAddress = (n: number) => endpoint('198.51.100.1', 1_000 + n)
const ofSubnet = (n: number) => endpoint(`198.51.100.${n + 1}`, 1)
const hex = (n: number) => n.toString(16)

describe('NET-69: once k others are known, a bucket takes in', () => {
  it.each([
    [dht256, 3, 3],
    [mainline, 1, 1],
  ])('of one address, and of one subnet: $0.name: $1 and $2', (network, address, subnet) => {
    expect(taken(tableWith({ network }), ofAddress)).toBe(address)
    expect(taken(tableWith({ network }), ofSubnet)).toBe(subnet)
    const site = (n: number) => endpoint(`2a01:4f8:1:${hex(n)}::1`, 1)
    expect(taken(tableWith({ network }), (n) => endpoint(`2a01:4f8:1:2::${hex(n)}`, 1))).toBe(
      address,
    )
    expect(taken(tableWith({ network }), site)).toBe(subnet)
    expect(taken(tableWith({ network }), (n) => endpoint(`198.51.${n}.1`, 1))).toBe(20)
  })

  it.each([
    { perBucket: 0, perTable: 0, size: 20 },
    { perBucket: 1, perTable: 0, size: 1 },
    { perBucket: 0, perTable: 3, size: 3 },
    { perBucket: 2, perTable: 3, size: 2 },
    { perBucket: 3, perTable: 2, size: 2 },
  ])('of one subnet $perBucket per bucket and $perTable in all: $size', (row) => {
    const options = { contactsPerSubnetInBucket: row.perBucket, contactsPerSubnet: row.perTable }
    expect(taken(tableWith(options), ofSubnet)).toBe(row.size)
  })
})

describe('NET-70: all nodes of one address are taken in', () => {
  it('where fewer than k others are known', () => {
    expect(taken(tableWith({}, 7), ofAddress)).toBe(20)
  })

  it.each([
    ['127.0.0.1', []],
    ['10.1.2.3', []],
    ['100.64.1.1', []],
    ['198.51.100.1', ['198.51.100.0/24']],
  ])('of a local address or a trusted subnet: %s', (address, trustedSubnets) => {
    const table = tableWith({ network: mainline, trustedSubnets })
    expect(taken(table, (n) => endpoint(address, 1_000 + n))).toBe(20)
  })
})

it('a table has no limits where all are switched off', () => {
  const none = { contactsPerAddressInBucket: 0, contactsPerAddress: 0 }
  const off = { ...none, contactsPerSubnetInBucket: 0, contactsPerSubnet: 0 }
  expect(optionsOf({ ...CORE_DEFAULTS, ...off })).not.toHaveProperty('limits')
})

it('buckets are as wide as configured, and never narrower than k', () => {
  const { widths, k } = optionsOf({ ...CORE_DEFAULTS, k: 20, bucketWidths: [64, 32, 16] })
  expect({ widths, k }).toEqual({ widths: [64, 32, 20], k: 20 })
})

it('times are whole, and a check lapses after twice the longest query', () => {
  const config = { ...CORE_DEFAULTS, quietMs: 99.5, giveUpMs: 10.2 }
  expect(optionsOf(config)).toMatchObject({
    checkIntervalMs: 0,
    questionableAfterMs: 100,
    refreshAfterMs: 100,
    checkTimeoutMs: 21,
  })
})

it('the timeouts are those of the node, and a suspect expires no later than others', () => {
  const timeouts = { firstTimeoutMs: 40, minTimeoutMs: 30, maxTimeoutMs: 50, giveUpMs: 100 }
  expect(transactionOptions({ ...CORE_DEFAULTS, ...timeouts })).toEqual({
    maxOpen: CORE_DEFAULTS.maxTransactions,
    ...timeouts,
    minGiveUpMs: 100,
  })
  expect(transactionOptions(CORE_DEFAULTS).minGiveUpMs).toBe(150)
})
