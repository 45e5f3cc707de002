// The address at which others see us, by what they say in `ip` of their responses (BEP 42): three
// responders of distinct subnets have to name it, or all that are known where they are fewer. One
// liar can prevent an agreement among few; it never chooses the address where others are known.
//
// A voter counts by its latest word, a subnet (IPv4 /24, IPv6 /64) once, and every word ends after
// half an hour. Where the list is full a new voter replaces one that was silent for ten minutes.
// What was agreed on stays while enough still name it, until a voter names another address that has
// a majority. Nodes of this machine see us at its loopback: they have no vote.

import { type Endpoint, isRoutable, subnetOf } from '@dht/krpc'

/** Subnets that must name an address: ours; the fewest that two liars cannot be. */
const NEEDED = 3

/** Voters remembered: ours; many more than are needed, and the latest of them. */
export const MAX_VOTERS = 32

/** Voters remembered of one subnet, so that no subnet displaces the others: ours. */
export const MAX_VOTERS_PER_SUBNET = 2

/**
 * For so long a vote keeps its place, ms: ours, a third of its life. A node hears many responses,
 * and the same again tells it nothing new; a voter that changes its word is heard at once.
 */
export const VOTE_SPACING_MS: number = 10 * 60_000

/** Life of a vote, ms: ours; a table refreshes all its contacts within it. */
export const VOTE_LIFETIME_MS: number = 30 * 60_000

interface Vote {
  readonly voter: string
  readonly subnet: string
  readonly named: string
  readonly at: number
}

export class AddressVotes {
  /** By the voter's address, the latest vote last. */
  readonly #votes = new Map<string, Vote>()
  /** Subnets with responders that named nothing, by the instant of the latest such response. */
  readonly #silent = new Map<string, number>()
  #agreed: string | undefined

  /** A response came from `voter`, and named our endpoint so, if at all. */
  responseReceived(voter: Endpoint, named: Endpoint | undefined, now: number): void {
    const former = this.#votes.get(voter.address)
    // Most responses of a busy node end here: a vote that is repeated, or one too many.
    const isRepeated = former !== undefined && former.named === named?.address
    if (isRepeated && isFresh(former, now)) return
    if (former === undefined && named !== undefined && this.#isTaken(now)) return
    if (!isRoutable(voter)) return
    const subnet = subnetOf(voter)
    const isVote = named !== undefined && named.family === voter.family && isRoutable(named)
    if (!isVote) {
      this.#keepSilent(subnet, now)
      return
    }
    if (former === undefined && !this.#makeRoom(subnet, now)) return
    // Deleted first, so that the latest vote comes last.
    this.#votes.delete(voter.address)
    this.#votes.set(voter.address, { voter: voter.address, subnet, named: named.address, at: now })
    // Nearly every vote repeats what was agreed on.
    if (named.address !== this.#agreed) this.#agreed = this.#winner(now) ?? this.#agreed
  }

  /** The address that is agreed on at this instant, if any. */
  address(now: number): string | undefined {
    const agreed = this.#agreed
    return agreed !== undefined && this.#isSupported(agreed, now) ? agreed : undefined
  }

  /** Voters remembered, those included whose vote has ended. */
  get voters(): number {
    return this.#votes.size
  }

  /** Whether every place has a fresh vote: of them all the first is the oldest. */
  #isTaken(now: number): boolean {
    if (this.#votes.size < MAX_VOTERS) return false
    return isFresh(this.#votes.values().next().value as Vote, now)
  }

  /** Whether a new voter of a subnet may be remembered; the vote that it replaces is forgotten. */
  #makeRoom(subnet: string, now: number): boolean {
    const replaced = this.#inTheWayOf(subnet)
    if (replaced === undefined) return true
    return !isFresh(replaced, now) && this.#votes.delete(replaced.voter)
  }

  /** The vote that a new one of this subnet would replace; undefined: there is a place for it. */
  #inTheWayOf(subnet: string): Vote | undefined {
    let neighbours = 0
    let first: Vote | undefined
    for (const vote of this.#votes.values()) {
      if (vote.subnet !== subnet) continue
      first ??= vote
      neighbours++
    }
    if (neighbours >= MAX_VOTERS_PER_SUBNET) return first
    return this.#votes.size < MAX_VOTERS ? undefined : this.#votes.values().next().value
  }

  /** More than are needed make no difference. */
  #keepSilent(subnet: string, now: number): void {
    this.#silent.delete(subnet)
    this.#silent.set(subnet, now)
    const [oldest] = this.#silent.keys()
    if (this.#silent.size > NEEDED) this.#silent.delete(oldest as string)
  }

  /** The address that is supported and that more than half of the voting subnets name. */
  #winner(now: number): string | undefined {
    const votes = this.#live(now)
    const all = subnetsOf(votes)
    for (const named of new Set(votes.map((vote) => vote.named))) {
      const naming = subnetsOf(votes.filter((vote) => vote.named === named))
      if (2 * naming.size > all.size && this.#isSupported(named, now)) return named
    }
    return undefined
  }

  #isSupported(named: string, now: number): boolean {
    const votes = this.#live(now)
    const naming = votes.filter((vote) => vote.named === named)
    const silent = [...this.#silent].filter(([, at]) => now - at <= VOTE_LIFETIME_MS)
    const known = new Set([...subnetsOf(votes), ...silent.map(([subnet]) => subnet)])
    if (known.size >= NEEDED) return subnetsOf(naming).size >= NEEDED
    return naming.length > 0 && naming.length === votes.length && silent.length === 0
  }

  #live(now: number): Vote[] {
    return [...this.#votes.values()].filter(({ at }) => now - at <= VOTE_LIFETIME_MS)
  }
}

/** A vote from before the clock was set back is not fresh. */
function isFresh({ at }: Vote, now: number): boolean {
  return now >= at && now - at < VOTE_SPACING_MS
}

function subnetsOf(votes: readonly Vote[]): Set<string> {
  return new Set(votes.map(({ subnet }) => subnet))
}
