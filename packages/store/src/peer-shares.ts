// The peers of one target, by subnet and by source. Samples are drawn in turns: each subnet gives a
// peer before any subnet gives a second one, and so do the sources of a subnet. A full target makes
// room at the expense of the subnet that has most. So a subnet, however many peers it puts, takes
// the place of its own peers only.

import type { RandomWords } from './random-words.ts'

/** Which share of a target's places a peer counts to. */
export interface ShareKey {
  /** Its subnet; for a local address, its source. */
  readonly subnet: number
  /** Its source within the subnet. */
  readonly source: number
}

/** Some of a target's records, each of which is drawn once. */
interface Share {
  /** Records that it has. */
  readonly size: number
  /** Records that were not drawn since `restart`. */
  readonly left: number
  restart(): void
  /** A record that was not drawn yet; there must be one. */
  draw(words: RandomWords): number
}

/** The records of one source. Every order of drawing them is equally likely. */
class SourceShare implements Share {
  readonly slots: number[] = []
  #drawn = 0

  get size(): number {
    return this.slots.length
  }

  get left(): number {
    return this.slots.length - this.#drawn
  }

  restart(): void {
    this.#drawn = 0
  }

  draw(words: RandomWords): number {
    const slot = words.take(this.slots, this.#drawn, this.slots.length)
    this.#drawn += 1
    return slot
  }
}

/** Several shares that take turns, in an order that is drawn anew for each round. */
class Turns<S extends Share> implements Share {
  readonly shares: S[] = []
  readonly #byKey = new Map<number, S>()
  size = 0
  left = 0
  /** Undefined: not computed since the last record came. */
  #most: number | undefined
  /** The shares at the start of the list that take part in this round. */
  #inRound = 0
  /** Those of them that have had their turn. */
  #served = 0

  /** Records of the largest share. */
  get most(): number {
    this.#most ??= this.shares.reduce((most, { size }) => Math.max(most, size), 0)
    return this.#most
  }

  find(key: number): S | undefined {
    return this.#byKey.get(key)
  }

  /** Counts a record to the share with this key. */
  add(key: number, make: () => S): S {
    this.size += 1
    this.#most = undefined
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const share = make()
    this.#byKey.set(key, share)
    this.shares.push(share)
    return share
  }

  restart(): void {
    for (const share of this.shares) share.restart()
    this.left = this.size
    this.#inRound = this.shares.length
    this.#served = 0
  }

  draw(words: RandomWords): number {
    if (this.#served === this.#inRound) this.#nextRound()
    const share = words.take(this.shares, this.#served, this.#inRound)
    this.#served += 1
    this.left -= 1
    return share.draw(words)
  }

  /** Moves the shares that have records left to the start of the list. */
  #nextRound(): void {
    let kept = 0
    for (let at = 0; at < this.#inRound; at += 1) {
      const share = this.shares[at] as S
      if (share.left === 0) continue
      this.shares[at] = this.shares[kept] as S
      this.shares[kept] = share
      kept += 1
    }
    this.#inRound = kept
    this.#served = 0
  }
}

export class PeerShares {
  readonly #subnets = new Turns<Turns<SourceShare>>()

  add(slot: number, { subnet, source }: ShareKey): void {
    const share = this.#subnets.add(subnet, () => new Turns<SourceShare>())
    share.add(source, () => new SourceShare()).slots.push(slot)
  }

  /**
   * Draws records in turns. O(count + subnets + sources).
   *
   * @returns min(count, records) records, each once
   */
  draw(count: number, words: RandomWords): number[] {
    this.#subnets.restart()
    const most = Math.min(count, this.#subnets.size)
    const drawn: number[] = []
    while (drawn.length < most) drawn.push(this.#subnets.draw(words))
    return drawn
  }

  /**
   * Whether a record gives way to a new one of this subnet: the subnet that has most has at least
   * two more. Then it still has no fewer, and the exchange can't be made back.
   */
  givesWayTo(subnet: number): boolean {
    return this.#subnets.most >= (this.#subnets.find(subnet)?.size ?? 0) + 2
  }

  /** The records of the largest sources of the largest subnets. O(sources). */
  largest(): number[] {
    const sources = largest(this.#subnets.shares).flatMap(({ shares }) => shares)
    return largest(sources).flatMap(({ slots }) => slots)
  }
}

/** All shares that have as many records as any. */
function largest<S extends Share>(shares: readonly S[]): S[] {
  let most = 0
  for (const { size } of shares) most = Math.max(most, size)
  return shares.filter(({ size }) => size === most)
}
