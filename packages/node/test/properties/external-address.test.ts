// Our own address in Mainline, in a whole core among members that say the truth: neither a flood of
// liars that query us nor the end of all votes moves it, and a true change is followed.

import { type Id, isSecureId } from '@dht/id'
import { addressBytes, type Contact, type Endpoint, endpoint, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../support/bench.ts'

const MINUTE = 60_000
const US = endpoint('198.51.100.9', 6881)
const MOVED = endpoint('198.51.100.77', 6881)
const LIES = [endpoint('203.0.113.4', 6881), endpoint('203.0.113.5', 6881)]

const fits = (id: Id, { address }: Endpoint): boolean => isSecureId(id, addressBytes(address)!)

class Scene {
  readonly bench = new Bench({ core: { network: mainline } })
  readonly #honest: readonly Contact[]
  #truth = US

  /** Members that say the truth, from as many subnets; the node knows its address from them. */
  constructor(members: number) {
    this.#honest = this.bench.newContacts(members)
    for (const who of this.#honest) {
      this.bench.request({ kind: 'ping', to: who.endpoint })
      this.#answer()
    }
    this.pass(MINUTE)
    expect(fits(this.overlay.id, US)).toBe(true)
  }

  get overlay() {
    return this.bench.info.overlays[0]!
  }

  /** We are at another address now. */
  move(to: Endpoint): void {
    this.#truth = to
  }

  pass(ms: number, liars: readonly Contact[] = [], lie: Endpoint = US): void {
    this.bench.passWith(ms, () => this.#answer(liars, lie))
    this.#answer(liars, lie)
  }

  #answer(liars: readonly Contact[] = [], lie: Endpoint = US): void {
    this.bench.respondAll(this.#honest, { ip: this.#truth })
    this.bench.respondAll(liars, { ip: lie })
  }
}

describe('ID-26: an address that is known', () => {
  it('stays whatever a flood of liars names that query us, though they have most votes', () => {
    const scene = new Scene(100)
    const { bench } = scene
    const { id } = scene.overlay
    const liars = bench.newContacts(24)
    for (let minute = 0; minute < 120; minute++) {
      const lie = LIES[Math.floor(minute / 30) % 2]!
      for (const liar of liars) {
        bench.queryFrom(liar, { method: 'ping' })
        // They also respond to a query of the user.
        bench.request({ kind: 'ping', to: liar.endpoint })
      }
      scene.pass(MINUTE, liars, lie)
      expect(scene.overlay).toMatchObject({ id, externalAddress: US.address })
    }
    expect(bench.info.counters.idChanges).toBe(1)
  })

  it('stays when all votes have ended, and three liars are the first that vote again', () => {
    const scene = new Scene(20)
    const { bench } = scene
    const { id } = scene.overlay
    // Nobody is asked in this time, so that nobody votes.
    bench.now += 45 * MINUTE
    expect(scene.overlay).toMatchObject({ addressVotes: 0, externalAddress: US.address })
    for (const liar of bench.newContacts(3)) {
      bench.request({ kind: 'ping', to: liar.endpoint })
      bench.respond(bench.takeLast(liar), liar, { ip: LIES[0]! })
    }
    expect(scene.overlay.addressVotes).toBe(3)
    scene.pass(MINUTE)
    expect(scene.overlay).toMatchObject({ id, externalAddress: US.address })
  })

  it('is followed within 15 minutes when it changes', () => {
    const scene = new Scene(40)
    scene.pass(60 * MINUTE)
    scene.move(MOVED)
    scene.pass(15 * MINUTE)
    expect(fits(scene.overlay.id, MOVED)).toBe(true)
    expect(scene.overlay.externalAddress).toBe(MOVED.address)
    expect(scene.bench.info.counters.idChanges).toBe(2)
  })
})
