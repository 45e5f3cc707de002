// Compares the bound on crowded subnets with a naive one: a list of all that ever happened, which
// is gone through anew for each question.

import { idFromBytes, idKey } from '@dht/id'
import { type Contact, contact, endpoint } from '@dht/krpc'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  CROWDED_MS,
  CrowdedSubnets,
  LEAST_OTHERS,
  MAX_CROWDED,
  MAX_SHARE,
  OTHERS_PER_SUBNET,
} from '../../src/core/overlay/crowded-subnets.ts'

const PING_INTERVAL_MS = 900_000
const MOST_MS = 2 * CROWDED_MS

const siteOf = ({ endpoint: { address } }: Contact): string =>
  address.slice(0, address.lastIndexOf('.'))
/** One subnet is exempt. */
const subnetOf = (each: Contact): string | undefined =>
  siteOf(each) === '20.0.0' ? undefined : siteOf(each)

/** A contact in a subnet, by default with an id of its own. */
function nodeIn(subnet: number, host: number, id: number = 256 * subnet + host): Contact {
  const bytes = new Uint8Array(20)
  bytes.set([id >> 16, id >> 8, id])
  return contact(idFromBytes(bytes), endpoint(`20.${subnet >> 8}.${subnet & 255}.${host}`, 1))
}

const isSame = (a: Contact, b: Contact): boolean =>
  a.endpointKey === b.endpointKey || idKey(a.id) === idKey(b.id)

interface Happened {
  readonly kind: 'responded' | 'joined' | 'left' | 'pinged'
  readonly contact: Contact
  readonly at: number
}

/** What is known of a subnet that has members or is crowded. */
interface Site {
  members: Contact[]
  last: Contact | undefined
  /** When two of its nodes were last seen beside each other; undefined: it is not crowded. */
  provedAt: number | undefined
  pinged: { readonly isMember: boolean; readonly at: number }[]
}

class Model {
  readonly events: Happened[] = []
  /** Of all subnets, also exempt ones. */
  members: Contact[] = []
  sites: ReadonlyMap<string, Site> = new Map()

  note(kind: Happened['kind'], each: Contact, at: number): void {
    this.events.push({ kind, contact: each, at })
    const sites = new Map<string, Site>()
    this.members = []
    for (const event of this.events) this.#follow(event, sites)
    this.sites = sites
  }

  /** How many subnets are crowded. */
  get crowded(): number {
    return [...this.sites.values()].filter(({ provedAt }) => provedAt !== undefined).length
  }

  siteOf(each: Contact): Site | undefined {
    return this.sites.get(subnetOf(each) ?? '')
  }

  isCrowded(each: Contact): boolean {
    return this.siteOf(each)?.provedAt !== undefined
  }

  isMember({ endpointKey }: Contact): boolean {
    return this.members.some((each) => each.endpointKey === endpointKey)
  }

  /** Whether the bound is exceeded with these members. */
  isExceededBy(members: readonly Contact[]): boolean {
    const crowded = members.filter((each) => this.isCrowded(each)).length
    return this.#isInForce(0, members.length - crowded) && crowded > members.length * MAX_SHARE
  }

  unproved(each: Contact, now: number): Contact | undefined {
    const site = this.siteOf(each)
    if (site === undefined || site.provedAt !== undefined) return undefined
    const others = this.members.filter((one) => !this.isCrowded(one) && !site.members.includes(one))
    if (!this.#isInForce(1, others.length)) return undefined
    const isDue = (isMember: boolean): boolean =>
      !site.pinged.some((one) => one.isMember === isMember && now < one.at + PING_INTERVAL_MS)
    const { last } = site
    const member = site.members.find((one) => last !== undefined && !isSame(one, last))
    if (member !== undefined) return isDue(true) ? member : undefined
    return this.isMember(each) || !isDue(false) ? undefined : each
  }

  #isInForce(more: number, others: number): boolean {
    return others >= LEAST_OTHERS && others >= OTHERS_PER_SUBNET * (this.crowded + more)
  }

  #follow({ kind, contact: each, at }: Happened, sites: Map<string, Site>): void {
    if (kind === 'joined') this.members.push(each)
    if (kind === 'left') this.members = this.members.filter((one) => one !== each)
    if (kind === 'responded') this.#forgetOld(at, sites)
    const key = subnetOf(each)
    if (key === undefined) return
    const none: Site = { members: [], last: undefined, provedAt: undefined, pinged: [] }
    const site = sites.get(key) ?? none
    const isMember = site.members.some((one) => one.endpointKey === each.endpointKey)
    if (kind === 'joined') site.members.push(each)
    if (kind === 'left') site.members = site.members.filter((one) => one !== each)
    if (kind === 'pinged') site.pinged.push({ isMember, at })
    if (kind === 'responded') {
      const isBeside = site.last !== undefined && !isSame(site.last, each)
      if (isBeside && (isMember || site.provedAt !== undefined)) site.provedAt = at
      site.last = each
    }
    if (site.members.length > 0 || site.provedAt !== undefined) sites.set(key, site)
    else sites.delete(key)
  }

  #forgetOld(now: number, sites: Map<string, Site>): void {
    for (const [key, site] of sites) {
      if (site.provedAt === undefined || now < site.provedAt + CROWDED_MS) continue
      site.provedAt = undefined
      if (site.members.length === 0) sites.delete(key)
    }
  }
}

const FLOORS = { joined: 500, refused: 100, left: 50, 'not in force': 100, asked: 100, forgot: 20 }

const anyNode = fc
  .tuple(fc.nat(9), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .map(([subnet, host, hasNewId]) => nodeIn(subnet, host, hasNewId ? 90_000 + subnet : undefined))
const anyStep = fc.record({
  node: anyNode,
  what: fc.oneof(
    { arbitrary: fc.constant('responds'), weight: 8 },
    { arbitrary: fc.constantFrom('leaves', 'queries'), weight: 1 },
  ),
  afterMs: fc.oneof(
    { arbitrary: fc.nat(1_000), weight: 30 },
    { arbitrary: fc.constantFrom(PING_INTERVAL_MS - 1, PING_INTERVAL_MS, CROWDED_MS), weight: 1 },
    { arbitrary: fc.nat(MOST_MS), weight: 1 },
  ),
})
const newCrowded = (): CrowdedSubnets =>
  new CrowdedSubnets({ subnetOf, pingIntervalMs: PING_INTERVAL_MS })
const alone = { members: [], leaving: undefined }

it('NET-71, NET-72: crowded subnets have a bounded part, as the list of all events says', () => {
  const census = new Census<keyof typeof FLOORS>('crowded subnets', FLOORS)
  const script = fc.array(anyStep, { minLength: 20, maxLength: 120, size: 'max' })
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 50 }), script, (others, steps) => {
      const [model, crowded] = [new Model(), newCrowded()]
      const join = (each: Contact, at: number): void => {
        crowded.joined(each)
        model.note('joined', each, at)
      }
      const leave = (each: Contact, at: number): void => {
        crowded.left(each)
        model.note('left', each, at)
      }
      for (let n = 0; n < others; n++) join(nodeIn(1_000 + n, 1), 0)
      let now = 0
      for (const { node, what, afterMs } of steps) {
        now += afterMs
        const member = model.members.find((each) => each.endpointKey === node.endpointKey)
        if (what === 'leaves' && member !== undefined) leave(member, now)
        if (what === 'responds') {
          const before = model.crowded
          crowded.responded(node, now)
          model.note('responded', node, now)
          if (model.crowded < before) census.count('forgot')
          const isRefused = model.isCrowded(node) && model.isExceededBy([...model.members, node])
          if (member === undefined) {
            expect(crowded.admits(node, alone)).toBe(!isRefused)
            census.count(isRefused ? 'refused' : 'joined')
            if (!isRefused) join(node, now)
          }
          for (let { excess } = crowded; excess !== undefined; excess = crowded.excess) {
            expect(model.isExceededBy(model.members)).toBe(true)
            expect(model.isCrowded(excess)).toBe(true)
            leave(excess, now)
            census.count('left')
          }
          expect(model.isExceededBy(model.members)).toBe(false)
          const hasMany = model.members.filter((each) => model.isCrowded(each)).length > 5
          if (hasMany) census.count('not in force')
        }
        const unproved = crowded.unproved(node, now)
        expect(unproved).toEqual(model.unproved(node, now))
        if (unproved === undefined) continue
        census.count('asked')
        crowded.pinged(unproved, now)
        model.note('pinged', unproved, now)
      }
    }),
  )
  expect(census.close()).toEqual([])
})

it('NET-71: a member that makes room counts as one that has left', () => {
  const crowded = newCrowded()
  for (let n = 0; n < 100; n++) crowded.joined(nodeIn(1_000 + n, 1))
  for (let subnet = 1; subnet <= 6; subnet++) {
    crowded.joined(nodeIn(subnet, 1))
    for (const host of [1, 2, 1]) crowded.responded(nodeIn(subnet, host), 0)
  }
  crowded.left(crowded.excess as Contact)
  expect(crowded.excess).toBeUndefined()
  const [newcomer, leaving] = [nodeIn(2, 9), nodeIn(1, 1)]
  expect(crowded.admits(newcomer, alone)).toBe(false)
  expect(crowded.admits(newcomer, { members: [], leaving })).toBe(true)
  expect(crowded.admits(newcomer, { members: [], leaving: nodeIn(1_000, 1) })).toBe(false)
})

it('NET-72: a bounded number of crowded subnets is remembered, the latest', () => {
  const crowded = newCrowded()
  for (let n = 1; n <= 5_000; n++) crowded.joined(nodeIn(n, 1))
  for (let n = 1; n <= 2 * MAX_CROWDED; n++) {
    for (const host of [1, 2, 1]) crowded.responded(nodeIn(n, host), n)
  }
  for (const n of [1, MAX_CROWDED]) expect(crowded.unproved(nodeIn(n, 3), 9_999)).toBeDefined()
  for (const n of [MAX_CROWDED + 1, 2 * MAX_CROWDED]) {
    expect(crowded.unproved(nodeIn(n, 3), 9_999)).toBeUndefined()
  }
})
