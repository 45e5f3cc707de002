// Bounds the part of a routing table that contacts of crowded subnets take. A subnet (IPv4 /24,
// IPv6 /48) is crowded if two of its nodes were seen alive beside each other. An attacker that has
// many identities at few addresses is in crowded subnets; most other nodes are alone in theirs.
// While crowded subnets are few, their contacts are at most a twentieth of the members. Knows
// nothing of buckets, and sends nothing: it says which contact to ping for a proof.

import { idsEqual } from '@dht/id'
import type { Contact } from '@dht/krpc'
import type { Admission, AdmissionContext } from '@dht/routing-table'

/** Most members of crowded subnets, as a part of all members: ours. */
export const MAX_SHARE: number = 1 / 20
/**
 * The bound holds while there are at least so many other members for each crowded subnet: ours.
 * Where more subnets are crowded, several nodes in one are nothing unusual.
 */
export const OTHERS_PER_SUBNET = 4
/** The bound holds from so many other members on: ours; a small network is known whole. */
export const LEAST_OTHERS = 32
/** How long after the last proof a subnet counts as crowded, ms: ours, four refreshes. */
export const CROWDED_MS: number = 60 * 60_000
/** Most crowded subnets that are remembered: ours; beyond it the earliest proof is forgotten. */
export const MAX_CROWDED = 256

interface Subnet {
  readonly key: number | string
  /** By the keys of their endpoints. */
  readonly members: Map<string, Contact>
  /** The contact of it that responded last. */
  last: Contact | undefined
  /** When a contact was last pinged for a proof, ms: one that is no member, and a member. */
  readonly pingedAt: { newcomer: number; member: number }
}

export interface CrowdedSubnetsOptions {
  /** The subnet of a contact, which must never change; undefined: it has no limit. */
  readonly subnetOf: (contact: Contact) => number | string | undefined
  /** Least time between two pings of one kind in a subnet, ms. */
  readonly pingIntervalMs: number
}

export class CrowdedSubnets implements Admission<Contact> {
  readonly #options: CrowdedSubnetsOptions
  /** The subnets with members, and the crowded ones. */
  readonly #subnets = new Map<number | string, Subnet>()
  /** The subnet of each member that has one, by the key of its endpoint. */
  readonly #ofMembers = new Map<string, Subnet>()
  /** When each was last proved to be crowded, ms; the earliest first. */
  readonly #crowded = new Map<Subnet, number>()
  #size = 0
  #crowdedMembers = 0

  constructor(options: CrowdedSubnetsOptions) {
    this.#options = options
  }

  admits(newcomer: Contact, { leaving }: AdmissionContext<Contact>): boolean {
    if (!this.#isCrowded(newcomer)) return true
    const freed = leaving !== undefined && this.#isCrowded(leaving) ? 1 : 0
    const size = this.#size + (leaving === undefined ? 1 : 0)
    return !this.#isExcess(this.#crowdedMembers + 1 - freed, size)
  }

  joined(contact: Contact): void {
    this.#size++
    const key = this.#options.subnetOf(contact)
    if (key === undefined) return
    const subnet = this.#subnets.get(key) ?? newSubnet(key)
    this.#subnets.set(key, subnet)
    this.#ofMembers.set(contact.endpointKey, subnet)
    subnet.members.set(contact.endpointKey, contact)
    if (this.#crowded.has(subnet)) this.#crowdedMembers++
  }

  left({ endpointKey }: Contact): void {
    this.#size--
    const subnet = this.#ofMembers.get(endpointKey)
    if (subnet === undefined) return
    this.#ofMembers.delete(endpointKey)
    subnet.members.delete(endpointKey)
    if (this.#crowded.has(subnet)) this.#crowdedMembers--
    else if (subnet.members.size === 0) this.#subnets.delete(subnet.key)
  }

  /**
   * A contact responded; the table has not been told yet. Two nodes of a subnet are alive beside
   * each other if a member responds after another one has responded.
   */
  responded(contact: Contact, now: number): void {
    this.#forgetOld(now)
    const subnet = this.#subnetOf(contact)
    if (subnet === undefined) return
    const { last, members } = subnet
    subnet.last = contact
    if (last === undefined || isSameNode(last, contact)) return
    const isKnown = this.#crowded.delete(subnet)
    if (!isKnown && !members.has(contact.endpointKey)) return
    this.#crowded.set(subnet, now)
    if (!isKnown) this.#crowdedMembers += members.size
    if (this.#crowded.size > MAX_CROWDED) this.#forgetFirst()
  }

  /** A member that has to leave; undefined: none. The table must forget it before the next call. */
  get excess(): Contact | undefined {
    if (!this.#isExcess(this.#crowdedMembers, this.#size)) return undefined
    const latest = [...this.#crowded.keys()].findLast(({ members }) => members.size > 0)
    return latest?.members.values().next().value
  }

  /**
   * The contact to ping after a message of `contact`, so that its subnet is proved to be crowded if
   * it is: a member, if another contact has responded since, or else `contact` itself. Undefined:
   * no ping can help, or one was sent recently.
   */
  unproved(contact: Contact, now: number): Contact | undefined {
    const subnet = this.#subnetOf(contact)
    if (subnet === undefined || this.#crowded.has(subnet)) return undefined
    const { members, pingedAt } = subnet
    const others = this.#size - this.#crowdedMembers - members.size
    if (!this.#areFew(this.#crowded.size + 1, others)) return undefined
    const isDue = (at: number): boolean => now >= at + this.#options.pingIntervalMs
    const member = besideLast(subnet)
    if (member !== undefined) return isDue(pingedAt.member) ? member : undefined
    const isMember = members.has(contact.endpointKey)
    return !isMember && isDue(pingedAt.newcomer) ? contact : undefined
  }

  /** The contact that `unproved` returned was pinged. */
  pinged(contact: Contact, now: number): void {
    const subnet = this.#subnetOf(contact)!
    subnet.pingedAt[subnet.members.has(contact.endpointKey) ? 'member' : 'newcomer'] = now
  }

  #isExcess(crowded: number, size: number): boolean {
    return this.#areFew(this.#crowded.size, size - crowded) && crowded > size * MAX_SHARE
  }

  /** Whether the bound holds with so many crowded subnets, and so many members in no such one. */
  #areFew(crowded: number, others: number): boolean {
    return others >= Math.max(LEAST_OTHERS, OTHERS_PER_SUBNET * crowded)
  }

  #isCrowded(contact: Contact): boolean {
    const subnet = this.#subnetOf(contact)
    return subnet !== undefined && this.#crowded.has(subnet)
  }

  /** The subnet of a contact, if it has members or is crowded. */
  #subnetOf(contact: Contact): Subnet | undefined {
    const known = this.#ofMembers.get(contact.endpointKey)
    if (known !== undefined) return known
    const key = this.#options.subnetOf(contact)
    return key === undefined ? undefined : this.#subnets.get(key)
  }

  #forgetOld(now: number): void {
    for (const at of this.#crowded.values()) {
      if (now < at + CROWDED_MS) return
      this.#forgetFirst()
    }
  }

  #forgetFirst(): void {
    const [first] = this.#crowded.keys()
    if (first === undefined) return
    this.#crowded.delete(first)
    this.#crowdedMembers -= first.members.size
    if (first.members.size === 0) this.#subnets.delete(first.key)
  }
}

function newSubnet(key: number | string): Subnet {
  const pingedAt = { newcomer: Number.NEGATIVE_INFINITY, member: Number.NEGATIVE_INFINITY }
  return { key, members: new Map(), last: undefined, pingedAt }
}

/** A member of a subnet that is another node than the one that responded last. */
function besideLast({ members, last }: Subnet): Contact | undefined {
  if (last === undefined) return undefined
  for (const each of members.values()) if (!isSameNode(each, last)) return each
  return undefined
}

/** Whether two contacts are one node: one that has changed its id, or its port. */
function isSameNode(one: Contact, other: Contact): boolean {
  return one.endpointKey === other.endpointKey || idsEqual(one.id, other.id)
}
