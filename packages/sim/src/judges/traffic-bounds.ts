// How much a core may say of its own accord, whatever it hears and however long it slept: checks
// come out of a bucket (AMP-3, SIM-A2), and questions in all follow from lookups begun (SIM-S9).
// Counted from what is sent, on the host's own clock.

import { endpointKey } from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import type { Process } from '../host/process.ts'
import type { CoreStep } from './core-step.ts'
import type { Rule } from './rule.ts'

const MINUTE_MS = 60_000
/** Most questions of a lookup (@dht/search), each sent twice at most. */
const PER_LOOKUP = 2 * 128
/** Lookups that a core begins by itself in a minute: refreshes, levels of a join, rounds. */
const OWN_LOOKUPS = 12 + 24 + 16
/** A lookup goes on for so many minutes, with its last questions. */
const MINUTES = 2

interface Account {
  /** Checks that it may still send, per family; what a bucket holds. */
  readonly checks: Map<4 | 6, { left: number; at: number }>
  /** Pings of late, so that one sent again is not counted twice. */
  readonly pings: Set<string>
  /** Questions of the present minute, and operations of this one and those before. */
  minute: number
  questions: number
  operations: number[]
}

export class TrafficBounds implements Rule {
  readonly name = 'traffic'
  readonly #accounts = new WeakMap<Process, Account>()
  /** The most questions of one process in one minute so far. */
  worst = 0

  afterStep(step: CoreStep): readonly string[] {
    const program = step.host.process as Process
    const account = this.#accounts.get(program) ?? opened(step.now)
    this.#accounts.set(program, account)
    return [...checksOf(step, account), ...this.#questionsOf(step, account)]
  }

  #questionsOf({ event, sent, now, after }: CoreStep, account: Account): string[] {
    const minute = Math.floor(now / MINUTE_MS)
    if (minute !== account.minute) {
      const passed = Math.min(MINUTES + 1, Math.max(1, minute - account.minute))
      account.operations = [...new Array(passed).fill(0), ...account.operations].slice(
        0,
        MINUTES + 1,
      )
      account.minute = minute
      account.questions = 0
    }
    if (event.kind === 'requested') account.operations[0] = (account.operations[0] ?? 0) + 1
    account.questions += sent.filter(({ message }) => message.kind === 'query').length
    this.worst = Math.max(this.worst, account.questions)
    const { checksPerSecond, checkBurst } = CORE_DEFAULTS
    const operations = account.operations.reduce((sum, each) => sum + each, 0)
    const checks = 2 * (checkBurst + 60 * checksPerSecond)
    const families = after?.overlays.length ?? 2
    const most = families * (checks + PER_LOOKUP * (OWN_LOOKUPS + operations))
    return account.questions > most
      ? [`SIM-S9: ${account.questions} questions in a minute, at most ${most}`]
      : []
  }
}

function opened(now: number): Account {
  const minute = Math.floor(now / MINUTE_MS)
  return { checks: new Map(), pings: new Set(), minute, questions: 0, operations: [0] }
}

/** Pings that no user wished for. */
function checksOf({ event, sent, now, world }: CoreStep, account: Account): string[] {
  if (event.kind === 'requested') return []
  const { checksPerSecond, checkBurst } = { ...CORE_DEFAULTS, ...world.core }
  const found: string[] = []
  for (const { message, to } of sent) {
    if (message.kind !== 'query' || message.method !== 'ping') continue
    // One that is put once more has an id that differs in its first bit.
    const pair = message.transactionId.map((byte, i) => (i === 0 ? byte & 0x7f : byte))
    const name = `${String(pair)} ${endpointKey(to)}`
    if (account.pings.delete(name)) continue
    account.pings.add(name)
    const bucket = account.checks.get(to.family) ?? { left: checkBurst, at: now }
    const earned = (Math.max(0, now - bucket.at) * checksPerSecond) / 1_000
    bucket.left = Math.min(checkBurst, bucket.left + earned) - 1
    bucket.at = Math.max(bucket.at, now)
    account.checks.set(to.family, bucket)
    // One for the rounding of instants.
    if (bucket.left < -1) found.push('AMP-3: more checks than the bucket holds')
  }
  if (account.pings.size > 4_096) account.pings.clear()
  return found
}
