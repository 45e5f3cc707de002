// Finds out the address at which other nodes see this one, from the field `ip` of their responses
// (BEP 42). Three responders of distinct subnets must name it, or all known responders where there
// are fewer. Among few responders one liar can prevent an agreement, but it cannot choose the
// address while honest responders are known.
//
// The latest vote of a responder counts, and each subnet (IPv4 /24, IPv6 /48) counts once. A vote
// ends after half an hour. Where the list is full, a new voter replaces one whose vote is ten
// minutes old. The agreed address stays while enough responders name it, until another address has
// a majority. Nodes on this machine do not vote, because they see this node at a loopback address.

import { type Endpoint, isRoutable } from '@dht/krpc'
import { subnetKeyOf } from './host-key.ts'

/** Subnets that must name an address: ours, so that two liars are not enough. */
const NEEDED = 3

/** Voters remembered: ours, many more than are needed. */
export const MAX_VOTERS = 32

/** Voters remembered of one subnet: ours, so that one subnet cannot displace the others. */
export const MAX_VOTERS_PER_SUBNET = 2

/**
 * How long a vote keeps its place and is not counted again, ms: ours, a third of its life. A node
 * receives many responses, and a repeated vote has no news. A changed vote counts at once.
 */
export const VOTE_SPACING_MS: number = 10 * 60_000

/** Life of a vote, ms: ours; within it the table hears from all its members. */
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
  /** Subnets whose responders named no address, with the instant of the latest such response. */
  readonly #withoutName = new Map<string, number>()
  #agreed: string | undefined
  #recorded = 0

  /** A response came from `voter` and named `named` as our endpoint; undefined: it named none. */
  responseReceived(voter: Endpoint, named: Endpoint | undefined, now: number): void {
    const former = this.#votes.get(voter.address)
    // Most responses that a busy node receives repeat a vote, or find no free place.
    const isRepeated = former !== undefined && former.named === named?.address
    if (isRepeated && isFresh(former, now)) return
    if (former === undefined && named !== undefined && this.#isTaken(now)) return
    if (!isRoutable(voter)) return
    const subnet = subnetKeyOf(voter)
    const isVote = named !== undefined && named.family === voter.family && isRoutable(named)
    if (!isVote) {
      this.#namedNone(subnet, now)
      return
    }
    if (former === undefined && !this.#makeRoom(subnet, now)) return
    // Deleted first, so that the latest vote comes last.
    this.#votes.delete(voter.address)
    this.#votes.set(voter.address, { voter: voter.address, subnet, named: named.address, at: now })
    this.#recorded++
    // Nearly every vote repeats what was agreed on.
    if (named.address !== this.#agreed) this.#agreed = this.#winner(now) ?? this.#agreed
  }

  /** The address that is agreed on at this instant; undefined: none is. */
  address(now: number): string | undefined {
    const agreed = this.#agreed
    return agreed !== undefined && this.#isSupported(agreed, now) ? agreed : undefined
  }

  /**
   * The agreed address, if three responders of distinct subnets name it at this instant, however
   * few are known.
   */
  confirmedAddress(now: number): string | undefined {
    const agreed = this.#agreed
    if (agreed === undefined) return undefined
    const naming = this.#live(now).filter(({ named }) => named === agreed)
    return subnetsOf(naming).size >= NEEDED ? agreed : undefined
  }

  /** Whether three subnets name other addresses than this one at this instant. */
  isContradicted(address: string, now: number): boolean {
    return subnetsOf(this.#live(now).filter(({ named }) => named !== address)).size >= NEEDED
  }

  /** Votes that count at this instant, for whichever address. */
  count(now: number): number {
    return this.#live(now).length
  }

  /** How many votes were ever recorded. While it stays the same, an agreement can only end. */
  get recorded(): number {
    return this.#recorded
  }

  /** Voters remembered, including those whose vote has ended. */
  get voters(): number {
    return this.#votes.size
  }

  /** Whether every place holds a fresh vote. The first vote of the map is the oldest. */
  #isTaken(now: number): boolean {
    if (this.#votes.size < MAX_VOTERS) return false
    return isFresh(this.#votes.values().next().value as Vote, now)
  }

  /** Whether there is a place for a new voter. Deletes the vote that it replaces. */
  #makeRoom(subnet: string, now: number): boolean {
    const replaced = this.#replacedBy(subnet)
    if (replaced === undefined) return true
    return !isFresh(replaced, now) && this.#votes.delete(replaced.voter)
  }

  /** The vote that a new one of this subnet would replace; undefined: there is a free place. */
  #replacedBy(subnet: string): Vote | undefined {
    let ofSubnet = 0
    let first: Vote | undefined
    for (const vote of this.#votes.values()) {
      if (vote.subnet !== subnet) continue
      first ??= vote
      ofSubnet++
    }
    if (ofSubnet >= MAX_VOTERS_PER_SUBNET) return first
    return this.#votes.size < MAX_VOTERS ? undefined : this.#votes.values().next().value
  }

  /** Remembers a subnet that named no address. More subnets than are needed change nothing. */
  #namedNone(subnet: string, now: number): void {
    this.#withoutName.delete(subnet)
    this.#withoutName.set(subnet, now)
    const [oldest] = this.#withoutName.keys()
    if (this.#withoutName.size > NEEDED) this.#withoutName.delete(oldest as string)
  }

  /** The address that has enough support and that more than half of the voting subnets name. */
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
    const withoutName = [...this.#withoutName].filter(([, at]) => now - at <= VOTE_LIFETIME_MS)
    const known = new Set([...subnetsOf(votes), ...withoutName.map(([subnet]) => subnet)])
    if (known.size >= NEEDED) return subnetsOf(naming).size >= NEEDED
    return naming.length > 0 && naming.length === votes.length && withoutName.length === 0
  }

  #live(now: number): Vote[] {
    return [...this.#votes.values()].filter(({ at }) => now - at <= VOTE_LIFETIME_MS)
  }
}

/** A vote is not fresh if the clock was set back after it. */
function isFresh({ at }: Vote, now: number): boolean {
  return now >= at && now - at < VOTE_SPACING_MS
}

function subnetsOf(votes: readonly Vote[]): Set<string> {
  return new Set(votes.map(({ subnet }) => subnet))
}
