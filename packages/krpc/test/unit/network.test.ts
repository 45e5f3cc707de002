import { bep42Ids } from '@dht/id'
import { dht256, mainline, parseEndpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { text } from '../support/bytes.ts'

it('the two networks differ in everything that separates them', () => {
  expect(dht256).toMatchObject({ idLength: 32, key: 'dht256', hash: 'sha256', defaultPort: 3739 })
  expect(mainline).toMatchObject({ idLength: 20, hash: 'sha1', defaultPort: 6881 })
  expect(mainline.key).toBeUndefined()
  expect([dht256.name, mainline.name]).toEqual(['dht256', 'mainline'])
  expect([dht256.replyBudget, mainline.replyBudget]).toEqual([1232, 1024])
  expect([dht256.secureIds, mainline.secureIds]).toEqual([undefined, bep42Ids])
})

it('only Mainline has a version: exactly 4 bytes, the first two of them letters', () => {
  expect(dht256.version).toBeUndefined()
  expect(mainline.version).toHaveLength(4)
  expect(text(mainline.version!)).toMatch(/^[A-Z]{2}/)
})

it('only in Mainline a lookup counts the nodes of one address as one', () => {
  expect([dht256.oneNodePerAddress, mainline.oneNodePerAddress]).toEqual([false, true])
})

it('announcements are renewed every 30 minutes, in Mainline every 15', () => {
  expect([dht256.republishMs, mainline.republishMs]).toEqual([1_800_000, 900_000])
})

it('dht256 has withdraw_peer, with tokens bound to a port, and mainline items and samples', () => {
  const bep5 = ['ping', 'find_node', 'get_peers', 'announce_peer']
  expect(dht256.methods.names).toEqual([...bep5, 'withdraw_peer'])
  expect(mainline.methods.names).toEqual([...bep5, 'get', 'put', 'sample_infohashes'])
  expect([dht256.tokensBindPort, mainline.tokensBindPort]).toEqual([true, false])
  for (const { methods } of [dht256, mainline]) expect(Object.isFrozen(methods)).toBe(true)
})

it('the pace stays below the limits of receivers: 1,000 in 10 s, in Mainline 40', () => {
  for (const [{ pace }, most] of [
    [dht256, 1_000],
    [mainline, 40],
  ] as const) {
    expect(pace.burst + 10 * pace.perSecond).toBeLessThan(most)
    expect(Object.isFrozen(pace)).toBe(true)
  }
  // A client of Mainline drops the tenth datagram of a burst.
  expect(mainline.pace.burst).toBeLessThan(10)
})

it('the networks are frozen', () => {
  for (const network of [dht256, mainline]) {
    expect(Object.isFrozen(network)).toBe(true)
    expect(Object.isFrozen(network.bootstrap)).toBe(true)
  }
})

it('bootstrap entries are a host and a port', () => {
  expect(dht256.bootstrap).toEqual([])
  expect(mainline.bootstrap.length).toBeGreaterThan(1)
  for (const entry of mainline.bootstrap) {
    expect(parseEndpoint(entry.replace(/^[a-z.]+/, '192.0.2.1')).port).toBeGreaterThan(1023)
  }
})
