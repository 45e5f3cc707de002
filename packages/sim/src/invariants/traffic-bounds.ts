// The invariant that a core sends a bounded number of queries, whatever it receives and however
// long it slept. Checks are paced by a token bucket (AMP-3, SIM-A2), and the number of all queries
// depends on the lookups that were started (SIM-S9). Time is that of the host's clock.

import { endpointKey } from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import type { Process } from '../host/process.ts'
import type { CoreStep } from './core-step.ts'
import type { Invariant } from './invariant.ts'

const MINUTE_MS = 60_000
/** Maximum number of queries of a lookup (`@dht/search`), each sent at most twice. */
const PER_LOOKUP = 2 * 128
/** Lookups that a core starts by itself in a minute: refreshes, levels of a join, rounds. */
const OWN_LOOKUPS = 12 + 24 + 16
/** A lookup and its last queries take at most this many minutes. */
const MINUTES = 2

interface Usage {
  /** For each family: checks that it may still send, and when that was computed. */
  readonly checks: Map<4 | 6, { left: number; at: number }>
  /** Recent pings, so that one that is sent again is not counted twice. */
  readonly pings: Set<string>
  /** Queries of the present minute, and operations of this minute and those before. */
  minute: number
  queries: number
  operations: number[]
}

export class TrafficBounds implements Invariant {
  readonly name = 'traffic'
  readonly #usages = new WeakMap<Process, Usage>()
  /** Maximum number of queries of one process in one minute so far. */
  worst = 0

  afterStep(step: CoreStep): readonly string[] {
    const program = step.host.process as Process
    const usage = this.#usages.get(program) ?? newUsage(step.now)
    this.#usages.set(program, usage)
    return [...checksOf(step, usage), ...this.#queriesOf(step, usage)]
  }

  #queriesOf({ event, sent, now, after }: CoreStep, usage: Usage): string[] {
    const minute = Math.floor(now / MINUTE_MS)
    if (minute !== usage.minute) {
      const passed = Math.min(MINUTES + 1, Math.max(1, minute - usage.minute))
      usage.operations = [...new Array(passed).fill(0), ...usage.operations].slice(0, MINUTES + 1)
      usage.minute = minute
      usage.queries = 0
    }
    if (event.kind === 'requested') usage.operations[0] = (usage.operations[0] ?? 0) + 1
    usage.queries += sent.filter(({ message }) => message.kind === 'query').length
    this.worst = Math.max(this.worst, usage.queries)
    const { checksPerSecond, checkBurst } = CORE_DEFAULTS
    const operations = usage.operations.reduce((sum, each) => sum + each, 0)
    const checks = 2 * (checkBurst + 60 * checksPerSecond)
    const families = after?.overlays.length ?? 2
    const most = families * (checks + PER_LOOKUP * (OWN_LOOKUPS + operations))
    return usage.queries > most
      ? [`SIM-S9: ${usage.queries} queries in a minute, at most ${most}`]
      : []
  }
}

function newUsage(now: number): Usage {
  const minute = Math.floor(now / MINUTE_MS)
  return { checks: new Map(), pings: new Set(), minute, queries: 0, operations: [0] }
}

/** Checks: pings that are not part of a user's operation. */
function checksOf({ event, sent, now, world }: CoreStep, usage: Usage): string[] {
  if (event.kind === 'requested') return []
  const { checksPerSecond, checkBurst } = { ...CORE_DEFAULTS, ...world.core }
  const found: string[] = []
  for (const { message, to } of sent) {
    if (message.kind !== 'query' || message.method !== 'ping') continue
    // A query that is sent again has a transaction id that differs in its first bit.
    const pair = message.transactionId.map((byte, i) => (i === 0 ? byte & 0x7f : byte))
    const name = `${String(pair)} ${endpointKey(to)}`
    if (usage.pings.delete(name)) continue
    usage.pings.add(name)
    const bucket = usage.checks.get(to.family) ?? { left: checkBurst, at: now }
    const earned = (Math.max(0, now - bucket.at) * checksPerSecond) / 1_000
    bucket.left = Math.min(checkBurst, bucket.left + earned) - 1
    bucket.at = Math.max(bucket.at, now)
    usage.checks.set(to.family, bucket)
    // One more for the rounding of instants.
    if (bucket.left < -1) found.push('AMP-3: more checks than the token bucket allows')
  }
  if (usage.pings.size > 4_096) usage.pings.clear()
  return found
}
