// A lookup that holds against nodes that crowd around its target.
//
// It walks toward the target as `Lookup` does. Among n honest nodes about k are nearer than k/n of
// the id space: this is the region. If it has many more nodes, somebody has chosen their ids, and
// all of the k nearest may be liars that report only one another. Then the lookup sweeps the
// region. It walks toward a random point of each part of it, which no attacker can know before, and
// queries every node of the region that it finds, not only the nearest. A publisher does the same,
// so the honest nodes of the region store what is published.
//
// These walks leave out all nodes that are known already. Otherwise liars whose ids are as dense as
// those of honest nodes would be the nearest to each point too.
//
// A region that is only dense may be so by chance. Then one more walk checks the result, and the
// sweep begins if it finds a nearer node. Where the density is as expected, nothing is done but the
// walk toward the target.

import {
  commonPrefixLength,
  compareDistance,
  type Id,
  type Identified,
  Prefix,
  type RandomSource,
} from '@dht/id'
import { requireRegion } from './arguments.ts'
import { distanceShare } from './distance-share.ts'
import { Lookup } from './lookup.ts'
import type {
  LookupInit,
  LookupResponse,
  Path,
  QueryStep,
  RegionStep,
  ResponseVerdict,
  WriteTarget,
} from './lookup-step.ts'
import {
  type RegionLookupConfig,
  type RegionLookupOptions,
  resolveRegionLookupOptions,
} from './options.ts'
import { SweepQueries } from './sweep-queries.ts'
import { sumTallies, type Tally } from './tally.ts'

export interface RegionLookupInit<C> extends LookupInit<C> {
  /** Draws the points toward which a sweep walks. Must not be predictable. */
  readonly random: RandomSource
}

/** A walk toward a random point of one part of the region; undefined: of all of it. */
interface SweepWalk<C extends Identified> {
  readonly part: number | undefined
  readonly point: Id
  readonly lookup: Lookup<C>
}

const WAIT = Object.freeze({ kind: 'wait' })
const DONE = Object.freeze({ kind: 'done' })

/**
 * The part of the region whose nodes are all waited for, at most 2k: ours. Among honest nodes it
 * has 6 nodes on average for k = 8, and seldom more than k.
 */
const AWAITED_SHARE = 0.75
/**
 * A region is crowded if one of these parts of it has at least `timesK` times k nodes: ours. Among
 * honest nodes this happens in one of a thousand regions, for k = 8. Below these numbers, honest
 * nodes are among those that are waited for.
 */
const CROWDED = [
  { part: 0.25, timesK: 1 },
  { part: 0.5, timesK: 2 },
  { part: 1, timesK: 3 },
] as const
/**
 * A region is dense if one of these parts of it has at least `timesK` times k nodes: ours. Among
 * honest nodes this happens in one of forty regions, for k = 8.
 */
const DENSE = [
  { part: 0.25, timesK: 0.875 },
  { part: 0.5, timesK: 1.25 },
  { part: 1, timesK: 1.875 },
] as const
/** A larger region is not checked: ours. Most of fewer than 64 nodes know one another. */
const LARGEST_CHECKED = 1 / 8
/**
 * A sweep covers this many times the region: ours. Two nodes estimate the size of the network
 * differently, and what one has stored must be found by the other.
 */
const SWEPT = 2
/**
 * Parts toward which a sweep walks, each half as large as the one before: ours. The rest, nearest
 * to the target, is 1/32 of what is swept.
 */
const PARTS = 5
/** Most walks toward one part. There is more than one only if the part is crowded too: ours. */
const WALKS_PER_PART = 3
/** Most queries of one walk of a sweep: ours, three times what a walk among honest nodes needs. */
const QUERIES_PER_WALK = 32

/** Finds the contacts nearest to a target, and the contacts of its region if that is crowded. */
export class RegionLookup<C extends Identified> {
  readonly #init: RegionLookupInit<C>
  readonly #config: RegionLookupConfig<C>
  readonly #region: number
  readonly #main: Lookup<C>
  readonly #sweepQueries: SweepQueries<C>
  /** All walks of the sweep, and those that were started last. */
  readonly #walks: SweepWalk<C>[] = []
  #lastWalks: readonly SweepWalk<C>[] = []
  #phase: 'approach' | 'check' | 'sweep' | 'complete' | 'aborted' = 'approach'

  /**
   * @throws {SearchOptionError} for an unknown option, or a value outside its bounds
   * @throws {SearchIdError} when an id is not a Uint8Array, or not as wide as the target
   */
  constructor(init: RegionLookupInit<C>, options: RegionLookupOptions<C> = {}) {
    const { region = 0 } = init
    requireRegion(region)
    this.#init = init
    this.#config = resolveRegionLookupOptions(options)
    this.#region = region
    const { subnetOf, maxPerSubnet, maxSweepQueries: capacity, lookup } = this.#config
    this.#main = new Lookup({ ...init, region: AWAITED_SHARE * region }, lookup)
    const slots = this.#config.k
    const { endpointOf } = lookup
    const { target } = init
    this.#sweepQueries = new SweepQueries({
      target,
      endpointOf,
      subnetOf,
      maxPerSubnet,
      slots,
      capacity,
    })
    this.#review()
  }

  /** What to do now. The contact of a `query` counts as queried. Call until `wait` or `done`. */
  next(): RegionStep<C> {
    if (this.isDone) return DONE
    if (this.isSweeping && this.#queried >= this.#config.maxSweepQueries) this.#stopSweeping()
    const phase = this.isSweeping ? 'sweep' : 'approach'
    for (const { path, toward } of this.#openPaths()) {
      const step = path.next()
      if (step.kind === 'query') return { ...step, phase, path, toward }
    }
    this.#review()
    return this.isDone ? DONE : WAIT
  }

  /** A response came to the query of this step. */
  responded(step: QueryStep<C>, response: LookupResponse<C>): ResponseVerdict {
    const verdict = step.path.responded(step.contact, response)
    const isUsed = verdict.kind === 'accepted' || verdict.kind === 'renamed'
    if (this.#phase !== 'approach' && isUsed) {
      const isSweepQuery = step.path === this.#sweepQueries
      if (isSweepQuery) this.#addToSweep(response.closer, false)
      else this.#addToSweep([response.responder], true)
    }
    this.#review()
    return verdict
  }

  /** The response is overdue. Another contact may be queried; this query stays open. */
  stalled({ path, contact }: QueryStep<C>): void {
    path.stalled(contact)
    this.#review()
  }

  /** The query failed, for any reason. */
  failed({ path, contact }: QueryStep<C>): void {
    path.failed(contact)
    this.#review()
  }

  /** Ends the lookup now. What was found so far stays readable. */
  abort(): void {
    if (this.isDone) return
    for (const path of this.#paths) path.abort()
    this.#phase = 'aborted'
  }

  get isDone(): boolean {
    return this.#phase === 'complete' || this.#phase === 'aborted'
  }

  /** Whether the region is checked or swept, or was. */
  get isSweeping(): boolean {
    return this.#walks.length > 0
  }

  /** Whether the lookup waits only for stalled queries, or is complete. */
  get waitsForStalledOnly(): boolean {
    if (this.#phase === 'aborted') return false
    if (this.#phase === 'approach') return this.#main.waitsForStalledOnly
    return this.#paths.every((path) => path.isDone || path.waitsForStalledOnly)
  }

  /** How many of the nearest, or of those that the sweep queries, have not responded yet. */
  get pending(): number {
    return this.#main.pending + this.#sweepQueries.pending
  }

  /** The contacts that responded, at most k, nearest first. */
  closest(): C[] {
    return this.#main.closest()
  }

  /**
   * The nearest contacts that responded with a token, and those of the region after a sweep, each
   * with its token.
   */
  writeTargets(): WriteTarget<C>[] {
    const nearest = this.#main.writeTargets()
    if (!this.isSweeping) return nearest
    const inRegion = this.#main.tokensWithin(this.#swept)
    const found = nearest.length > inRegion.length ? nearest : inRegion
    return [...found, ...this.#sweepQueries.writeTargets()]
  }

  get tally(): Tally {
    return sumTallies(this.#paths.map(({ tally }) => tally))
  }

  get #queried(): number {
    return this.#paths.reduce((sum, { queried }) => sum + queried, 0)
  }

  get #paths(): Path<C>[] {
    return [this.#main, this.#sweepQueries, ...this.#walks.map(({ lookup }) => lookup)]
  }

  /** Whether more contacts are near the target of a lookup than the region explains. */
  #isCrowded(lookup: Lookup<C>, limits: typeof CROWDED | typeof DENSE = CROWDED): boolean {
    const { k } = this.#config
    return limits.some(({ part, timesK }) => {
      return lookup.countWithin(part * this.#region) >= timesK * k
    })
  }

  get #isDense(): boolean {
    return this.#region <= LARGEST_CHECKED && this.#isCrowded(this.#main, DENSE)
  }

  /** Begins or ends the sweep if it is time. */
  #review(): void {
    if (this.#phase === 'approach' && this.#main.isDone) {
      if (this.#isCrowded(this.#main)) this.#beginSweep()
      else if (this.#isDense) this.#beginCheck()
      else this.#phase = 'complete'
    }
    if (this.#phase === 'check') this.#reviewCheck()
    if (this.#phase === 'sweep') this.#reviewSweep()
  }

  /** Share of the id space around the target that a sweep covers. */
  get #swept(): number {
    return Math.min(1, SWEPT * this.#region)
  }

  /** Walks toward the region once more, and not through any node that is known already. */
  #beginCheck(): void {
    this.#phase = 'check'
    const { target, random } = this.#init
    const shared = Math.min(Math.floor(-Math.log2(this.#region)), 8 * target.length - 1)
    const point = Prefix.of(target, shared).randomId(random)
    this.#lastWalks = [{ part: undefined, point, lookup: this.#walkTo(point, () => true) }]
    this.#walks.push(...this.#lastWalks)
  }

  #reviewCheck(): void {
    const { target } = this.#init
    const [check] = this.#walks
    if (check === undefined || !(check.lookup.isDone || check.lookup.waitsForStalledOnly)) return
    const farthest = this.#main.closest().at(-1)
    const isMissed = ({ id }: C): boolean => {
      return farthest !== undefined && compareDistance(id, farthest.id, target) < 0
    }
    if (check.lookup.responders().some(isMissed)) this.#beginSweep()
    else if (this.#sweepQueries.isDone) this.#complete()
  }

  #beginSweep(): void {
    this.#phase = 'sweep'
    this.#addToSweep(this.#main.unsettledWithin(this.#swept), false)
    this.#walkToParts(Array.from({ length: PARTS }, (_, part) => part))
  }

  /** The paths that may have a query to send, in the order in which they are asked. */
  #openPaths(): readonly { readonly path: Path<C>; readonly toward: Id | undefined }[] {
    if (this.#phase === 'approach') return [{ path: this.#main, toward: undefined }]
    const walks = this.#walks.map(({ lookup, point }) => ({ path: lookup, toward: point }))
    return [{ path: this.#sweepQueries, toward: undefined }, ...walks]
  }

  #walkToParts(parts: readonly number[]): void {
    this.#lastWalks = parts.map((part) => this.#walkToPart(part))
    this.#walks.push(...this.#lastWalks)
  }

  /**
   * The ids of a part share a certain number of bits with the target, and differ from it in the
   * next bit. The walk leaves out all contacts nearer to the target: most of these may be liars.
   */
  #walkToPart(part: number): SweepWalk<C> {
    const { target, random } = this.#init
    const shared = Math.min(Math.floor(-Math.log2(this.#swept)) + part, 8 * target.length - 1)
    const point = Prefix.of(target, shared + 1)
      .sibling()
      .randomId(random)
    const isInPart = ({ id }: C): boolean => commonPrefixLength(id, target) <= shared
    return { part, point, lookup: this.#walkTo(point, isInPart) }
  }

  /** A walk through nodes that are not known already. */
  #walkTo(point: Id, isInPart: (contact: C) => boolean): Lookup<C> {
    const { ownContacts, startingContacts } = this.#init
    const known = ownContacts?.(point, 2 * this.#config.k) ?? startingContacts
    const init = {
      ...this.#init,
      target: point,
      region: 0,
      startingContacts: known,
      mayQuery: (contact: C) => isInPart(contact) && !this.#knows(contact),
    }
    const maxQueries = Math.min(QUERIES_PER_WALK, this.#config.maxQueries)
    return new Lookup(init, { ...this.#config.lookup, maxQueries })
  }

  /** Whether a contact belongs to the walk toward the target, or is queried by the sweep. */
  #knows(contact: C): boolean {
    return this.#main.knows(contact) || this.#sweepQueries.knows(contact)
  }

  #reviewSweep(): void {
    // Stalled nodes of a walk are not waited for: other nodes of its part were queried meanwhile.
    if (!this.#walks.every(({ lookup }) => lookup.isDone || lookup.waitsForStalledOnly)) return
    const crowded = this.#crowdedParts()
    if (crowded.length > 0) this.#walkToParts(crowded)
    else if (this.#sweepQueries.isDone) this.#complete()
  }

  /** Late responses to the walks of a sweep change nothing any more. */
  #complete(): void {
    for (const { lookup } of this.#walks) lookup.abort()
    this.#phase = 'complete'
  }

  /** Parts in which another walk may find more nodes: the last walk found too many. */
  #crowdedParts(): number[] {
    const crowded = this.#lastWalks.filter(({ lookup }) => this.#isCrowded(lookup))
    return crowded
      .flatMap(({ part }) => part ?? [])
      .filter((part) => this.#walks.filter((walk) => walk.part === part).length < WALKS_PER_PART)
  }

  /** Sends no more queries, and waits for the open ones. */
  #stopSweeping(): void {
    this.#sweepQueries.dropFresh()
    this.#lastWalks = []
    for (const { lookup } of this.#walks) lookup.abort()
  }

  /** @param isProven - whether they have responded to another query */
  #addToSweep(contacts: readonly C[], isProven: boolean): void {
    const { target } = this.#init
    for (const contact of contacts) {
      if (contact.id.length !== target.length) continue
      const isNear = distanceShare(contact.id, target) <= this.#swept
      if (!isNear || !this.#main.isUnsettled(contact, isProven)) continue
      this.#sweepQueries.add(contact, isProven)
    }
  }
}
