// What a holder does with withdrawals: those of the sender that announced, and all others.

import { idFromBytes } from '@dht/id'
import { dht256, type Endpoint, endpoint, type Message, mainline, type Network } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bench } from '../support/bench.ts'

/** A node that stores what others announce under one identity. */
class Holder {
  readonly bench: Bench
  readonly #target

  constructor(network: Network = dht256) {
    this.bench = new Bench({ core: { network } })
    this.#target = idFromBytes(new Uint8Array(network.idLength).fill(0x55))
  }

  token(from: Endpoint): Uint8Array {
    const reply = this.#ask(from, { method: 'get_peers', target: this.#target })
    if (reply?.kind !== 'response' || reply.token === undefined) throw new Error('no token')
    return reply.token.slice()
  }

  announce(from: Endpoint, port = 80, token = this.token(from)): string {
    const target = this.#target
    const what = { method: 'announce_peer', target, port, impliedPort: false, token } as const
    return told(this.#ask(from, what))
  }

  withdraw(from: Endpoint, token = this.token(from), target = this.#target): string {
    return told(this.#ask(from, { method: 'withdraw_peer', target, token }))
  }

  /** Stored ports of the identity. */
  get held(): number[] {
    const { store } = this.bench.core.inspect(this.bench.now)
    return store.peers.map(({ peer }) => peer.at(-2)! * 256 + peer.at(-1)!).sort((a, b) => a - b)
  }

  #ask(from: Endpoint, what: Parameters<Bench['queryFrom']>[1]): Message | undefined {
    return this.bench.queryFrom(this.bench.newContact({ endpoint: from }), {
      ...what,
      readOnly: true,
    })
  }
}

const told = (reply: Message | undefined): string =>
  reply?.kind === 'error' ? `${reply.code} ${reply.text}` : (reply?.kind ?? 'silence')

const own = endpoint('20.0.0.7', 4001)
const neighbour = endpoint('20.0.0.7', 4002)
const stranger = endpoint('20.0.0.8', 4001)

describe('TOKEN-10, STORE-59: a withdrawal', () => {
  it('removes what its sender announced, and can be repeated', () => {
    const holder = new Holder()
    holder.announce(own)
    holder.announce(neighbour, 81)
    expect(holder.withdraw(own)).toBe('response')
    expect(holder.held).toEqual([81])
    expect(holder.withdraw(own)).toBe('response')
    expect(holder.held).toEqual([81])
  })

  it('works with the token of the announcement', () => {
    const holder = new Holder()
    const token = holder.token(own)
    holder.announce(own, 80, token)
    expect(holder.withdraw(own, token)).toBe('response')
    expect(holder.held).toEqual([])
  })

  it.each([neighbour, stranger])('does nothing for %o', (other) => {
    const holder = new Holder()
    const token = holder.token(own)
    holder.announce(own, 80, token)
    // Its own token, the token of the other, and that of the port from which it comes forged.
    expect(holder.withdraw(other)).toBe('response')
    expect(holder.withdraw(other, token)).toBe('203 Bad token')
    // Also when it has announced the same endpoint before.
    if (other.address === own.address) holder.announce(other, 80)
    expect(holder.withdraw(other)).toBe('response')
    expect(holder.held).toContain(80)
  })

  it('with a token for another identity, an invented one or an expired one does nothing', () => {
    const holder = new Holder()
    const token = holder.token(own)
    holder.announce(own, 80, token)
    const elsewhere = idFromBytes(new Uint8Array(32).fill(0x56))
    expect(holder.withdraw(own, token, elsewhere)).toBe('203 Bad token')
    expect(holder.withdraw(own, token.slice(1))).toBe('203 Bad token')
    expect(holder.withdraw(own, new Uint8Array(8))).toBe('203 Bad token')
    holder.bench.now += 2 * 300_000
    expect(holder.withdraw(own, token)).toBe('203 Bad token')
    expect(holder.held).toEqual([80])
  })

  it('is unknown in Mainline: it gets contacts, and has no effect', () => {
    const holder = new Holder(mainline)
    const token = holder.token(own)
    holder.announce(own, 80, token)
    const target = idFromBytes(new Uint8Array(20).fill(0x55))
    const what = { method: 'unknown', name: 'withdraw_peer', target } as const
    const reply = holder.bench.queryFrom(holder.bench.newContact({ endpoint: own }), what)
    expect(told(reply)).toBe('response')
    expect(holder.held).toEqual([80])
  })

  it('in Mainline a token is valid for all ports of its address, in dht256 for one', () => {
    for (const network of [dht256, mainline]) {
      const holder = new Holder(network)
      const isGood = holder.announce(neighbour, 80, holder.token(own)) === 'response'
      expect(isGood).toBe(network === mainline)
    }
  })

  it('of other senders, in any number and order, removes nothing', () => {
    const other = fc.constantFrom(neighbour, stranger, endpoint('20.0.0.7', 65_535))
    const what = fc.constantFrom('announce', 'withdraw', 'steal')
    fc.assert(
      fc.property(fc.array(fc.tuple(other, what), { maxLength: 12 }), (steps) => {
        const holder = new Holder()
        const token = holder.token(own)
        holder.announce(own, 80, token)
        for (const [from, kind] of steps) {
          if (kind === 'announce') holder.announce(from, 80)
          if (kind === 'withdraw') holder.withdraw(from)
          if (kind === 'steal') holder.withdraw(from, token)
          expect(holder.held).toContain(80)
        }
      }),
    )
  })
})
