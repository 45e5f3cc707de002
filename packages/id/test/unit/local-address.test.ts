import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isLocalAddress } from '../../src/local-address.ts'

// The oracle: Node's block list with the same blocks in their usual notation.
const blocks = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
  ['100.64.0.0', 10],
] as const) {
  blocks.addSubnet(network, bits, 'ipv4')
}
for (const [network, bits] of [
  ['::1', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['fc00::', 7],
] as const) {
  blocks.addSubnet(network, bits, 'ipv6')
}

describe('isLocalAddress', () => {
  it('agrees with a block list on the first two bytes of every IPv4 address', () => {
    for (let high = 0; high < 65_536; high++) {
      for (const low of [0, 255]) {
        const address = Uint8Array.of(high >>> 8, high & 0xff, low, low)
        const expected = blocks.check(address.join('.'), 'ipv4')
        if (isLocalAddress(address) !== expected) expect.fail(`${address.join('.')}: ${!expected}`)
      }
    }
  })

  it('agrees with a block list on the first 12 bits of every IPv6 address', () => {
    for (let high = 0; high < 4_096; high++) {
      const address = new Uint8Array(16)
      address.set([high >>> 4, (high & 0x0f) << 4])
      const text = `${(high << 4).toString(16)}::`
      expect(isLocalAddress(address), text).toBe(blocks.check(text, 'ipv6'))
    }
  })

  it('is true for the loopback address of IPv6, not for addresses next to it', () => {
    const ending = (...tail: number[]) => {
      const address = new Uint8Array(16)
      address.set(tail, 16 - tail.length)
      return isLocalAddress(address)
    }
    expect(ending(1)).toBe(true)
    expect(ending(0)).toBe(false)
    expect(ending(2)).toBe(false)
    expect(ending(1, 1)).toBe(false)
  })
})
