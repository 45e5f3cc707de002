// Which announcements count as one peer of an identity: nodes behind one address, one node on
// several ports, and the error when an address has used up its share.

import { idFromBytes } from '@dht/id'
import { dht256, type Endpoint, endpoint, mainline, type Network } from '@dht/krpc'
import { PEER_STORE_DEFAULTS, type RefusalReason } from '@dht/store'
import { describe, expect, it } from 'vitest'
import { storeFullText } from '../../../src/core/methods/store-full.ts'
import { Bench } from '../../support/bench.ts'

/** A node that stores peers of one identity, and is queried for them. */
class Rendezvous {
  readonly #bench: Bench
  readonly #target

  constructor(network: Network, maxPeersPerSource = 100, maxPeers = 100) {
    const local = [endpoint('10.0.0.1', 1), endpoint('2001:db8::1', 1)]
    this.#bench = new Bench({ core: { network, maxPeersPerSource, maxPeers }, locals: local })
    this.#target = idFromBytes(new Uint8Array(network.idLength).fill(0x55))
  }

  /** @returns the reply to the node at `from`, or that it got no token */
  enter(from: Endpoint, port: number): string {
    const token = this.#ask(from).token?.slice()
    if (token === undefined) return 'no token'
    const put = { method: 'announce_peer', target: this.#target, port, impliedPort: false } as const
    const who = this.#bench.newContact({ endpoint: from })
    const reply = this.#bench.queryFrom(who, { ...put, token })
    return reply?.kind === 'error' ? reply.text : (reply?.kind ?? 'silence')
  }

  /** The ports that a third node of the family of `from` finds under the identity. */
  ports(from: Endpoint): number[] {
    const { values = [] } = this.#ask(endpoint(from.family === 4 ? '10.9.9.9' : '2001:db8::9', 1))
    return values.map((peer) => peer.at(-2)! * 256 + peer.at(-1)!).sort((a, b) => a - b)
  }

  #ask(from: Endpoint) {
    const who = this.#bench.newContact({ endpoint: from })
    const reply = this.#bench.queryFrom(who, { method: 'get_peers', target: this.#target })
    if (reply?.kind !== 'response') throw new Error('expected a response')
    return reply
  }
}

describe.each(['10.0.0.7', '2001:db8::7'])('nodes at %s', (address) => {
  const one = endpoint(address, 4001)
  const other = endpoint(address, 4002)

  it.each([dht256, mainline])('STORE-58: in $name peers are distinguished by port', (network) => {
    const rendezvous = new Rendezvous(network)
    expect(rendezvous.enter(one, 80)).toBe('response')
    expect(rendezvous.enter(other, 81)).toBe('response')
    expect(rendezvous.ports(one)).toEqual([80, 81])
    rendezvous.enter(one, 82)
    expect(rendezvous.ports(one)).toEqual([80, 81, 82])
  })

  it.each([dht256, mainline])('STORE-58: in $name five starts leave one peer', (network) => {
    const rendezvous = new Rendezvous(network)
    for (const port of [4001, 4002, 4003, 4004, 4005]) {
      expect(rendezvous.enter(endpoint(address, port), 80)).toBe('response')
    }
    expect(rendezvous.ports(one)).toEqual([80])
  })

  it('all nodes behind an address share its limit, and the error says so', () => {
    const rendezvous = new Rendezvous(dht256, 2)
    for (const node of [one, other]) expect(rendezvous.enter(node, node.port)).toBe('response')
    expect(rendezvous.enter(endpoint(address, 4003), 80)).toBe(
      'No room: too many peers at your address (maxPeersPerSource)',
    )
    expect(rendezvous.enter(endpoint(address, 4003), one.port)).toBe('response')
    expect(rendezvous.ports(one)).toEqual([4001, 4002])
  })

  it('a full store gives no token, so the peer is announced to other nodes', () => {
    const rendezvous = new Rendezvous(dht256, 100, 1)
    rendezvous.enter(one, 80)
    expect(rendezvous.enter(endpoint(address.replace(/7$/, '8'), 1), 80)).toBe('no token')
    expect(rendezvous.enter(other, 80)).toBe('response')
  })

  it.each([dht256, mainline])('in $name the peers of other hosts are stored', (network) => {
    const rendezvous = new Rendezvous(network, 1)
    const elsewhere = address.includes(':') ? '2001:db8:0:1::7' : address.replace(/7$/, '8')
    const neighbour = endpoint(elsewhere, one.port)
    rendezvous.enter(one, 80)
    expect(rendezvous.enter(neighbour, 80)).toBe('response')
    expect(rendezvous.ports(one)).toEqual([80, 80])
  })
})

it('every error of a full store fits an error message, and names its bound', () => {
  for (const bound of Object.keys(PEER_STORE_DEFAULTS).filter((name) => name.startsWith('max'))) {
    const text = storeFullText(bound as RefusalReason)
    expect(text).toMatch(/^No room: [ -~]+\(max\w+\)$/)
    expect(text).toContain(`(${bound})`)
    expect(text.length).toBeLessThanOrEqual(64)
  }
})
