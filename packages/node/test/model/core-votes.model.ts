// The model of how a node finds out its own address: one list of all votes. Every result is
// computed from the whole list.

import { compactEndpoint, type Endpoint } from '@dht/krpc'
import { hex, isPublic } from './core-peer.ts'

const NEEDED = 3
const MOST = 32
const MOST_OF_ONE = 2
const LIFE_MS = 30 * 60_000
const PLACE_MS = 10 * 60_000

interface Said {
  readonly voter: string
  readonly subnet: string
  /** Undefined: no address that a node can have. */
  readonly named: string | undefined
  readonly at: number
}

export class VotesModel {
  #all: Said[] = []
  #agreed: string | undefined

  responseReceived(voter: Endpoint, ip: Endpoint | undefined, now: number): void {
    if (!isPublic(voter)) return
    const subnet = networkOf(voter)
    const isAddress = ip !== undefined && ip.family === voter.family && isPublic(ip)
    const said = {
      voter: voter.address,
      subnet,
      named: isAddress ? ip.address : undefined,
      at: now,
    }
    if (said.named === undefined) {
      const others = this.#all.filter((one) => one.named !== undefined || one.subnet !== subnet)
      this.#all = keepLast([...others, said], NEEDED, (one) => one.named === undefined)
    } else if (this.#isTaken(said)) {
      const others = this.#all.filter(
        (one) => one.named === undefined || one.voter !== voter.address,
      )
      const isNear = (one: Said): boolean => one.named !== undefined && one.subnet === subnet
      const near = keepLast([...others, said], MOST_OF_ONE, isNear)
      this.#all = keepLast(near, MOST, (one) => one.named !== undefined)
    } else return
    const isNews = said.named !== undefined && said.named !== this.#agreed
    if (isNews) this.#agreed = this.#favourite(now) ?? this.#agreed
  }

  address(now: number): string | undefined {
    const agreed = this.#agreed
    return agreed !== undefined && this.#isEnough(agreed, now) ? agreed : undefined
  }

  /** The agreed address, if three subnets name it. */
  confirmed(now: number): string | undefined {
    const naming = this.#alive(now).filter(({ named }) => named !== undefined)
    const agreeing = naming.filter(({ named }) => named === this.#agreed)
    const subnets = new Set(agreeing.map(({ subnet }) => subnet))
    return subnets.size < NEEDED ? undefined : this.#agreed
  }

  /** Subnets that name another address. */
  othersThan(address: string, now: number): number {
    const others = this.#alive(now).filter(({ named }) => named !== undefined && named !== address)
    return new Set(others.map(({ subnet }) => subnet)).size
  }

  /** Votes that count. */
  count(now: number): number {
    return this.#alive(now).filter(({ named }) => named !== undefined).length
  }

  get voters(): number {
    return this.#all.filter(({ named }) => named !== undefined).length
  }

  #favourite(now: number): string | undefined {
    const votes = this.#alive(now).filter(({ named }) => named !== undefined)
    const voting = new Set(votes.map(({ subnet }) => subnet)).size
    return votes
      .map(({ named }) => named as string)
      .find((named) => {
        const naming = votes.filter((one) => one.named === named)
        const share = new Set(naming.map(({ subnet }) => subnet)).size / voting
        return share > 1 / 2 && this.#isEnough(named, now)
      })
  }

  #isEnough(named: string, now: number): boolean {
    const alive = this.#alive(now)
    const naming = alive.filter((one) => one.named === named)
    const known = new Set(alive.map(({ subnet }) => subnet)).size
    const agreeing = new Set(naming.map(({ subnet }) => subnet)).size
    return known < NEEDED ? naming.length > 0 && naming.length === alive.length : agreeing >= NEEDED
  }

  /** Whether a vote counts: it differs from the last one of that voter, or there is a place. */
  #isTaken(said: Said): boolean {
    const votes = this.#all.filter(({ named }) => named !== undefined)
    const former = votes.find(({ voter }) => voter === said.voter)
    if (former !== undefined) return former.named !== said.named || !isRecent(former, said.at)
    const near = votes.filter(({ subnet }) => subnet === said.subnet)
    const inTheWay = [
      ...(near.length < MOST_OF_ONE ? [] : near.slice(0, 1)),
      ...(votes.length < MOST ? [] : votes.slice(0, 1)),
    ]
    return inTheWay.every((one) => !isRecent(one, said.at))
  }

  #alive(now: number): Said[] {
    return this.#all.filter(({ at }) => now - at <= LIFE_MS)
  }
}

function isRecent({ at }: Said, now: number): boolean {
  return at <= now && now < at + PLACE_MS
}

/** Leaves out the first of the votes that match, if there are more than `most`. */
function keepLast(all: Said[], most: number, isMeant: (one: Said) => boolean): Said[] {
  const meant = all.filter(isMeant)
  const gone = new Set(meant.slice(0, Math.max(0, meant.length - most)))
  return all.filter((one) => !gone.has(one))
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address. */
function networkOf(endpoint: Endpoint): string {
  return hex(compactEndpoint(endpoint)).slice(0, endpoint.family === 4 ? 6 : 12)
}
