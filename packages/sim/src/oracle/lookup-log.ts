// Starts lookups and records what each one cost and whether its result was right. Any number of
// lookups can be under way at once. Each is measured when it ends.

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
  /** Number of the host that started it. */
  readonly host: number
  readonly target: Id
  /** The label that was given with the request. */
  readonly label: string
  /** Number of endpoints found. */
  readonly endpoints: number
  /** Whether it found every announcement that it had to find. */
  readonly succeeded: boolean
  /** Whether its result was exactly the k nearest live nodes at its end, in order. */
  readonly exact: boolean
  /** Longest chain of responses that led to a node of the result; 1: all were known before. */
  readonly hops: number
  /** Number of queries. */
  readonly queries: number
  /** Number of queries that failed. */
  readonly failed: number
  /** From the first query to the end, ms. */
  readonly durationMs: number
  /** From the start to the first endpoint that was found, ms; undefined: none was. */
  readonly firstMs: number | undefined
}

/** A lookup that has not ended. */
interface OpenLookup {
  readonly host: Host
  /** The process of the host when the lookup began. */
  readonly ran: Host['process']
  readonly target: Id
  readonly expected: readonly Announcement[]
  readonly label: string
  readonly at: number
  firstMs: number | undefined
}

export interface LookupRequest {
  /** What it must find. Default: what `Announcements.expected` says when it begins. */
  readonly expected?: readonly Announcement[]
  /** When it ends. Default `quick`: the node's default. */
  readonly mode?: LookupMode
  /** Text that is returned in the measure. Default: empty. */
  readonly label?: string
}

export class LookupLog {
  readonly #world: World
  readonly #live: LiveNodes
  readonly #announcements: Announcements
  readonly #k: number
  readonly #measures: LookupMeasure[] = []
  readonly #open = new Set<OpenLookup>()

  /** @param k - number of nodes in a result, as in the cores' options. Default 8 */
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

  /** Measures of all lookups that have ended, in the order of their ends. */
  get measures(): readonly LookupMeasure[] {
    return this.#measures
  }

  /** Lookups that have not ended though their node still runs. None, after enough time. */
  get open(): number {
    return [...this.#open].filter(({ host, ran }) => host.process === ran).length
  }

  /** Looks up an identity. */
  lookup(host: Host, target: Id, request: LookupRequest = {}): void {
    const { expected = this.#announcements.expected(target), label = '', mode = 'quick' } = request
    this.#begin({ host, target, expected, label }, { kind: 'lookup', target, mode })
  }

  /** Looks up the nodes nearest to a target. */
  closest(host: Host, target: Id): void {
    this.#begin({ host, target, expected: [], label: '' }, { kind: 'closest', target })
  }

  /** Removes all measures. @returns them */
  take(): LookupMeasure[] {
    return this.#measures.splice(0)
  }

  #begin(asked: Omit<OpenLookup, 'ran' | 'at' | 'firstMs'>, request: Request): void {
    const { host } = asked
    const at = this.#world.now
    const open: OpenLookup = { ...asked, ran: host.process, at, firstMs: undefined }
    this.#open.add(open)
    const settled = (outcome: Outcome): void => {
      this.#open.delete(open)
      this.#measures.push(this.#measured(open, outcome))
    }
    const found = (): void => {
      open.firstMs ??= this.#world.now - at
    }
    host.request(request, { found, settled })
  }

  #measured(open: OpenLookup, outcome: Outcome): LookupMeasure {
    const { host, target, expected, label, at, firstMs } = open
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
      queries: result?.tally.queried ?? 0,
      failed: result?.tally.failed ?? 0,
      durationMs: result?.durationMs ?? this.#world.now - at,
      firstMs,
    }
  }

  #isExact({ closest }: LookupResult, host: Host, target: Id): boolean {
    const truth = this.#live.nearest(target, this.#k, host)
    if (truth.length !== closest.length) return false
    return closest.every((contact, i) => contact.hasId((truth[i] as Host).node.id))
  }
}

/** An announcement need not be found if its publisher has stopped or has deleted it meanwhile. */
function isMet(expected: readonly Announcement[], { endpoints }: LookupResult): boolean {
  const owed = missing(expected, endpoints)
  return !owed.some(({ publisher, until }) => publisher.isAwake && until === undefined)
}
