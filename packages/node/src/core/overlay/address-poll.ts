// Asks members of the table at which address they see this node. Anybody can become one of the
// latest voters by a few queries to us, but nobody can choose which members are drawn here, and
// live members lose their places to no newcomer.

import type { RandomSource, SecureIds } from '@dht/id'
import { type Contact, type Endpoint, isRoutable, type Response } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { QueryObserver } from '../queries/query-observer.ts'
import { subnetKeyOf } from './host-key.ts'
import { hasSecureId } from './overlay-options.ts'

/** Members that are asked: ours, so that a few liars among them are never most. */
export const POLLED = 16

/** Members that must name an address: ours, as many subnets as must vote for a first one. */
const NEEDED = 3

/** A ping whose response may name our address. */
export interface PollQuery extends QueryObserver {
  readonly asked: Contact
}

export class AddressPoll {
  /** How many members named each address. */
  readonly #named = new Map<string, number>()
  #open: number

  /** @param ping - sends a ping, and tells its observer the outcome; false: it was not sent */
  constructor(members: readonly Contact[], ping: (query: PollQuery) => boolean) {
    this.#open = members.length
    for (const asked of members) if (!ping(this.#queryOf(asked))) this.#open--
  }

  /** Whether every member has responded or failed. */
  get isOver(): boolean {
    return this.#open === 0
  }

  /**
   * What at least two thirds of the members name that name an address, so that liars need twice as
   * many places in the table as honest nodes; undefined: too few name one, or they disagree.
   */
  get winner(): string | undefined {
    const counts = [...this.#named]
    const all = counts.reduce((sum, [, count]) => sum + count, 0)
    return counts.find(([, count]) => count >= NEEDED && 3 * count >= 2 * all)?.[0]
  }

  #queryOf(asked: Contact): PollQuery {
    const ended = (): void => {
      this.#open--
    }
    return {
      asked,
      onResponse: ({ ip }: Response) => {
        this.#count(ip, asked)
        ended()
      },
      onError: ended,
      onFailure: ended,
      onStalled: () => true,
    }
  }

  #count(ip: Endpoint | undefined, { family }: Contact): void {
    if (ip === undefined || ip.family !== family || !isRoutable(ip)) return
    this.#named.set(ip.address, (this.#named.get(ip.address) ?? 0) + 1)
  }
}

/**
 * Draws good members of distinct subnets to ask. Those whose addresses allow their ids come first:
 * nobody can choose such ids near ours, where a table has room for newcomers.
 */
export function drawMembers(
  table: RoutingTable<Contact>,
  { rule, random }: { readonly rule: SecureIds; readonly random: RandomSource },
  now: number,
): Contact[] {
  const isPreferred = (member: Contact): boolean => hasSecureId(member, rule)
  const good = [...table.members()].filter(({ id }) => table.standing(id, now) === 'good')
  const ofSubnet = new Map<string, Contact>()
  for (const member of shuffled(good, random)) {
    const subnet = subnetKeyOf(member.endpoint)
    const chosen = ofSubnet.get(subnet)
    if (chosen === undefined || (isPreferred(member) && !isPreferred(chosen))) {
      ofSubnet.set(subnet, member)
    }
  }
  const members = [...ofSubnet.values()]
  const preferred = members.filter(isPreferred)
  const others = members.filter((member) => !isPreferred(member))
  return [...preferred, ...others].slice(0, POLLED)
}

function shuffled(members: readonly Contact[], random: RandomSource): Contact[] {
  const bytes = random(4 * members.length)
  const keys = new DataView(bytes.buffer, bytes.byteOffset)
  return members
    .map((member, at) => ({ member, key: keys.getUint32(4 * at) }))
    .sort((a, b) => a.key - b.key)
    .map(({ member }) => member)
}
