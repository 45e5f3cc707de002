// Lookups, each with what it cost and whether it found what the truth says. Any number may be under
// way at once; they are measured where they end, and nothing waits for them.

import type { Id } from '@dht/id'
import { CORE_DEFAULTS, type LookupMode, type LookupResult, type Outcome } from '@dht/node/core'
import type { Request } from '../host/core-process.ts'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import { type Announcement, type Announcements, missing } from './announcements.ts'
import type { LiveNodes } from './live-nodes.ts'

export interface LookupMeasure {
  /** Instant at which it began, ms. */
  readonly at: number
  /** Number of the host that asked. */
  readonly host: number
  readonly target: Id
  /** Whatever whoever began it said of it. */
  readonly label: string
  /** Endpoints found. */
  readonly endpoints: number
  /** Whether it found every entry that it had to. */
  readonly succeeded: boolean
  /** Whether it named exactly the k nearest live nodes, as they were at its end, in their order. */
  readonly exact: boolean
  /** Longest chain of answers that led to a present result; 1: all were known to begin with. */
  readonly hops: number
  /** Questions put. */
  readonly queries: number
  /** Questions that came to nothing. */
  readonly failed: number
  /** From the first question to the end, ms. */
  readonly durationMs: number
}

/** A lookup that has not ended. */
interface OpenLookup {
  readonly host: Host
  /** What ran on the host when it began. */
  readonly ran: Host['process']
  readonly target: Id
  readonly expected: readonly Announcement[]
  readonly label: string
  readonly at: number
}

export interface LookupRequest {
  /** What must be found. Default: what the announcements says at its beginning. */
  readonly expected?: readonly Announcement[]
  /** When it ends. Default `quick`: that of the node. */
  readonly mode?: LookupMode
  /** Comes back with its measure. Default: nothing. */
  readonly label?: string
}

export class LookupLog {
  readonly #world: World
  readonly #live: LiveNodes
  readonly #announcements: Announcements
  readonly #k: number
  readonly #measures: LookupMeasure[] = []
  readonly #open = new Set<OpenLookup>()

  /** @param k - width of a result: that of the cores. Default 8: theirs */
  constructor(
    world: World,
    truth: { readonly live: LiveNodes; readonly announcements: Announcements },
    k: number = CORE_DEFAULTS.k,
  ) {
    this.#world = world
    this.#live = truth.live
    this.#announcements = truth.announcements
    this.#k = k
  }

  /** All that have ended, in the order of their ends. */
  get measures(): readonly LookupMeasure[] {
    return this.#measures
  }

  /** Lookups without an end whose asker has run ever since: none, once time enough has passed. */
  get open(): number {
    return [...this.#open].filter(({ host, ran }) => host.process === ran).length
  }

  /** Looks up an identity. */
  lookup(host: Host, target: Id, request: LookupRequest = {}): void {
    const { expected = this.#announcements.expected(target), label = '', mode = 'quick' } = request
    this.#begin({ host, target, expected, label }, { kind: 'lookup', target, mode })
  }

  /** Walks to the nodes nearest to a target. */
  closest(host: Host, target: Id): void {
    this.#begin({ host, target, expected: [], label: '' }, { kind: 'closest', target })
  }

  /** Forgets what has ended so far. @returns it */
  take(): LookupMeasure[] {
    return this.#measures.splice(0)
  }

  #begin(asked: Omit<OpenLookup, 'ran' | 'at'>, request: Request): void {
    const { host } = asked
    const open: OpenLookup = { ...asked, ran: host.process, at: this.#world.now }
    this.#open.add(open)
    const settled = (outcome: Outcome): void => {
      this.#open.delete(open)
      this.#measures.push(this.#measured(open, outcome))
    }
    host.request(request, { settled })
  }

  #measured({ host, target, expected, label, at }: OpenLookup, outcome: Outcome): LookupMeasure {
    const result = outcome.kind === 'found' ? outcome.result : undefined
    return {
      at,
      host: host.number,
      target,
      label,
      endpoints: result?.endpoints.length ?? 0,
      succeeded: result !== undefined && isMet(expected, result),
      exact: result !== undefined && this.#isExact(result, host, target),
      hops: result?.tally.hops ?? 0,
      queries: result?.tally.asked ?? 0,
      failed: result?.tally.failed ?? 0,
      durationMs: result?.durationMs ?? this.#world.now - at,
    }
  }

  #isExact({ closest }: LookupResult, host: Host, target: Id): boolean {
    const truth = this.#live.nearest(target, this.#k, host)
    if (truth.length !== closest.length) return false
    return closest.every((contact, i) => contact.hasId((truth[i] as Host).node.id))
  }
}

/** Whoever has crashed or withdrawn meanwhile need not be found any more. */
function isMet(expected: readonly Announcement[], { endpoints }: LookupResult): boolean {
  const owed = missing(expected, endpoints)
  return !owed.some(({ publisher, until }) => publisher.isAwake && until === undefined)
}
