// A routing table of made-up contacts, of any size, and what goes on in it.

import type {
  Bucket,
  Member,
  MembersChange,
  Overlay,
  Peer,
  State,
} from '@dht/observatory/recording'
import { bitsOf, type Chance, idOfBits, madeUpId } from './made-up-ids.ts'

/** Bucket widths of a node, far to near; the rest has 8. */
const WIDTHS: readonly number[] = [128, 64, 32, ...Array<number>(17).fill(16)]

export interface TableShape {
  readonly own: string
  /** Contacts in all. */
  readonly contacts: number
  /** Multiplies the widths of buckets. */
  readonly widening: number
}

interface Place {
  readonly prefix: string
  readonly members: Member[]
  readonly waiting: readonly Peer[]
  readonly width: number
}

export class MadeUpTable {
  readonly own: string
  readonly #places: readonly Place[]
  readonly #chance: Chance
  #serial = 0

  constructor({ own, contacts, widening }: TableShape, chance: Chance) {
    this.own = own
    this.#chance = chance
    const bits = bitsOf(own)
    const places: Place[] = []
    let rest = contacts
    for (let depth = 1; rest > 0; depth++) {
      const width = (WIDTHS[depth - 1] ?? 8) * widening
      const isLast = rest <= width / 2
      const prefix = isLast
        ? bits.slice(0, depth - 1)
        : bits.slice(0, depth - 1) + (bits[depth - 1] === '0' ? '1' : '0')
      const count = isLast ? rest : Math.min(width, rest - 1)
      rest -= count
      const members = Array.from({ length: count }, () => this.#member(prefix, 1_000_000))
      const waiting = members.slice(0, members.length / 6).map(() => this.#member(prefix, 0))
      const peers = waiting.slice(0, 8).map(({ id, endpoint }) => ({ id, endpoint }))
      places.push({ prefix, members, waiting: peers, width })
      if (isLast) break
    }
    this.#places = places
  }

  overlay(): Overlay {
    const buckets = this.#places.map(({ prefix, members, waiting, width }, index): Bucket => {
      const isOwn = index === this.#places.length - 1
      const head = { prefix, depth: prefix.length, width, isOwn }
      return { ...head, members: [...members], waiting }
    })
    return { family: 4, id: this.own, buckets }
  }

  /** One contact that is seen, grows old, goes bad or is replaced. */
  change(at: number): MembersChange {
    const place = this.#places[Math.floor(this.#chance() * this.#places.length)] as Place
    const index = Math.floor(this.#chance() * place.members.length)
    const former = place.members[index] as Member
    const next = former.state === 'bad' ? this.#member(place.prefix, at) : this.#aged(former, at)
    place.members[index] = next
    const removed = next.id === former.id ? [] : [former.id]
    return { kind: 'members', at, family: 4, set: [next], removed }
  }

  #aged(member: Member, at: number): Member {
    const luck = this.#chance()
    if (luck < 0.55) return { ...member, state: 'good', seenAt: at, respondedAt: at, failures: 0 }
    if (luck < 0.8) return { ...member, state: 'questionable' }
    return { ...member, state: 'bad', failures: 2 }
  }

  #member(prefix: string, at: number): Member {
    const id = idOfBits(prefix + bitsOf(madeUpId(this.#chance)).slice(prefix.length))
    const state = stateOf(this.#chance())
    const serial = this.#serial++
    const octets = `10.${serial >> 16}.${(serial >> 8) & 255}.${serial & 255}`
    const seenAt = at - Math.floor(this.#chance() * 900_000)
    return {
      id,
      endpoint: `${octets}:${3739 + (serial % 7)}`,
      state,
      seenAt,
      respondedAt: seenAt,
      failures: state === 'bad' ? 2 : 0,
      roundTripMs: 20 + Math.floor(this.#chance() * 200),
    }
  }
}

function stateOf(luck: number): State {
  if (luck < 0.78) return 'good'
  return luck < 0.93 ? 'questionable' : 'bad'
}
