// Who replaces whom among the peers of one identity: nodes behind one address, and one node that
// changes its mind.

import { idFromBytes } from '@dht/id'
import { dht256, type Endpoint, endpoint, formatEndpoint, mainline, type Network } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../../support/bench.ts'

/** A node that is told of peers of one identity, and asked for them. */
class Rendezvous {
  readonly #bench: Bench
  readonly #target

  constructor(network: Network, maxPeersPerSource = 100) {
    const local = [endpoint('10.0.0.1', 1), endpoint('2001:db8::1', 1)]
    this.#bench = new Bench({ core: { network, maxPeersPerSource }, locals: local })
    this.#target = idFromBytes(new Uint8Array(network.idLength).fill(0x55))
  }

  /** @returns what the node at `from` got for an answer, or that it got no token */
  enter(from: Endpoint, port: number): string {
    const token = this.#ask(from).token?.slice()
    if (token === undefined) return 'no token'
    const put = { method: 'announce_peer', target: this.#target, port, impliedPort: false } as const
    const who = this.#bench.stranger({ endpoint: from })
    return this.#bench.asks(who, { ...put, token })?.kind ?? 'silence'
  }

  /** The ports at which the identity is found, by a third node of the family of `from`. */
  ports(from: Endpoint): number[] {
    const { values = [] } = this.#ask(endpoint(from.family === 4 ? '10.9.9.9' : '2001:db8::9', 1))
    return values.map((peer) => peer.at(-2)! * 256 + peer.at(-1)!).sort((a, b) => a - b)
  }

  #ask(from: Endpoint) {
    const who = this.#bench.stranger({ endpoint: from })
    const reply = this.#bench.asks(who, { method: 'get_peers', target: this.#target })
    if (reply?.kind !== 'response') throw new Error('expected a response')
    return reply
  }
}

describe.each(['10.0.0.7', '2001:db8::7'])('nodes at %s', (address) => {
  const one = endpoint(address, 4001)
  const other = endpoint(address, 4002)

  it('in dht256 each holds a peer of its own', () => {
    const rendezvous = new Rendezvous(dht256)
    expect(rendezvous.enter(one, 80)).toBe('response')
    expect(rendezvous.enter(other, 81)).toBe('response')
    expect(rendezvous.ports(one)).toEqual([80, 81])
    rendezvous.enter(one, 82)
    expect(rendezvous.ports(one)).toEqual([81, 82])
  })

  it('BEP 33: in Mainline the later entry replaces', () => {
    const rendezvous = new Rendezvous(mainline)
    rendezvous.enter(one, 80)
    rendezvous.enter(other, 81)
    expect(rendezvous.ports(one)).toEqual([81])
    rendezvous.enter(other, 82)
    expect(rendezvous.ports(one)).toEqual([82])
  })

  it('in dht256 all of them share the quota of the address', () => {
    const rendezvous = new Rendezvous(dht256, 2)
    for (const node of [one, other]) expect(rendezvous.enter(node, node.port)).toBe('response')
    expect(rendezvous.enter(endpoint(address, 4003), 80)).toBe('no token')
    expect(rendezvous.enter(one, 80)).toBe('response')
    expect(rendezvous.ports(one)).toEqual([80, 4002])
  })

  it.each([dht256, mainline])('in $name other addresses hold others', (network) => {
    const rendezvous = new Rendezvous(network, 1)
    const neighbour = endpoint(address.replace(/7$/, '8'), one.port)
    expect(formatEndpoint(neighbour)).not.toBe(formatEndpoint(one))
    rendezvous.enter(one, 80)
    expect(rendezvous.enter(neighbour, 80)).toBe('response')
    expect(rendezvous.ports(one)).toEqual([80, 80])
  })
})
