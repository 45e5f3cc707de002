// What one host can make a node send to hosts that it names, besides in lookups: in a join by the
// response of a bootstrap node, and in a walk for samples.

import { randomId } from '@dht/id'
import {
  type Contact,
  contact,
  dht256,
  type Endpoint,
  endpoint,
  mainline,
  type Network,
  type Response,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { MAX_NAMED_PER_MINUTE } from '../../src/core/address-services.ts'
import { Bench } from '../support/bench.ts'

const LIAR = '20.1.0.1'
/** Contacts in one response. */
const NAMED = 16

/** A node at one address, which names new unverified contacts in each of its responses. */
class Liar {
  readonly #bench: Bench
  readonly #network: Network
  readonly #random = seededRandom(9)
  /** The liar under each of its ports. */
  readonly #selves: readonly Contact[]
  #named = 0
  /** Datagrams to unverified contacts, and the instants at which they were sent. */
  readonly sentAt: number[] = []

  constructor(bench: Bench, network: Network, ports: number) {
    this.#bench = bench
    this.#network = network
    this.#selves = Array.from({ length: ports }, (_, i) => {
      return contact(this.#anyId(), endpoint(LIAR, 1_000 + i))
    })
  }

  get endpoints(): readonly Endpoint[] {
    return this.#selves.map((each) => each.endpoint)
  }

  /** Answers all that was sent to it, and counts what was sent to unverified contacts. */
  answer(): void {
    for (let sent = this.#bench.take(); sent.length > 0; sent = this.#bench.take()) {
      for (const query of sent) {
        const who = this.#selves.find((each) => each.endpoint.port === query.to.port)
        if (query.to.address !== LIAR || who === undefined) this.sentAt.push(this.#bench.now)
        else this.#bench.respond(query, who, this.#results())
      }
    }
  }

  #results(): Partial<Response> {
    const strangers = Array.from({ length: NAMED }, () => this.#stranger())
    const nodes = [...strangers, ...this.#selves]
    return { nodes, interval: 0n, num: 0n, samples: new Uint8Array(0) }
  }

  #stranger(): Contact {
    const n = this.#named++
    return contact(this.#anyId(), endpoint(`30.${n >> 8}.${n & 255}.1`, 4_000))
  }

  #anyId() {
    return randomId(this.#network.idLength, this.#random)
  }
}

/** Most events in any minute. */
function mostInAMinute(instants: readonly number[]): number {
  const counts = instants.map((at) => instants.filter((each) => each >= at && each < at + 60_000))
  return Math.max(0, ...counts.map(({ length }) => length))
}

describe('AMP-18: in any minute one host makes a node send 60 datagrams to others', () => {
  it.each([dht256, mainline])('by its responses to a join in $name', (network) => {
    const bench = new Bench({ core: { network } })
    const liar = new Liar(bench, network, 20)
    // Routers never enter the table, so each of their responses starts a lookup.
    bench.start({ kind: 'bootstrap', endpoints: [], routers: liar.endpoints })
    bench.request({ kind: 'join' })
    bench.passWith(600_000, () => liar.answer())
    expect(mostInAMinute(liar.sentAt)).toBe(MAX_NAMED_PER_MINUTE)
  })

  it('and by its responses to a walk for samples', () => {
    const network = mainline
    const core = { network, quietMs: 1_000_000_000 }
    const bench = new Bench({ core })
    const liar = new Liar(bench, network, 8)
    bench.addMember(contact(randomId(20, seededRandom(9)), liar.endpoints[0]!))
    bench.take()
    bench.request({ kind: 'sample', onSample: () => {} } as never)
    bench.passWith(600_000, () => liar.answer())
    expect(mostInAMinute(liar.sentAt)).toBe(MAX_NAMED_PER_MINUTE)
  })
})
