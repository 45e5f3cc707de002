// The invariant that every operation ends in time (SIM-S1, API-2, SIM-L3). Time during which a host
// is suspended does not count: its node can do nothing, and ends what is overdue soon after.

import { CORE_DEFAULTS, type Command } from '@dht/node/core'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import type { CoreStep } from './core-step.ts'
import type { Finding, Invariant } from './invariant.ts'

/** A join walks level after level, and lookups wait for a join under way: at most 10 minutes. */
const LONGEST_WAIT_MS = 600_000
/** A clock may be wrong by one in ten (`HostClock`), and a timer rings a little late. */
const LATE = 1.11
const LATE_MS = 1_000

type WithOperationId = Exclude<
  Extract<Command, { readonly operationId: number }>,
  { kind: 'cancel' | 'enter' }
>

/** Operations that walk, all others query one node. */
const LONG: ReadonlySet<Command['kind']> = new Set([
  'join',
  'lookup',
  'closest',
  'lookup-goal',
  'put',
])

interface Open {
  readonly kind: WithOperationId['kind']
  /** Instant of the world by which the operation must have ended. A suspension moves it. */
  until: number
}

interface ProcessOperations {
  readonly program: Process
  readonly open: Map<number, Open>
  /** Since when the host is suspended; undefined: it is not. */
  asleepSince: number | undefined
}

export class Deadlines implements Invariant {
  readonly name = 'deadlines'
  readonly #byHost = new Map<number, ProcessOperations>()

  afterStep({ host, event, world }: CoreStep): readonly string[] {
    const operations = this.#operationsOf(host.number, host.process as Process)
    const found: string[] = []
    if (event.kind === 'requested' && hasOperationId(event.command)) {
      const { kind, operationId } = event.command
      operations.open.set(operationId, { kind, until: world.now + boundOf(kind, world) })
    }
    for (const effect of event.effects) {
      if (effect.kind !== 'settle') continue
      const open = operations.open.get(effect.operationId)
      operations.open.delete(effect.operationId)
      if (open !== undefined && world.now > open.until) found.push(lateness(open, world.now))
    }
    return found
  }

  afterEvent(world: World, event: WorldEvent): readonly string[] {
    if (event.kind !== 'host-changed') return []
    const operations = this.#byHost.get(event.host)
    if (operations === undefined) return []
    if (event.change === 'suspended') operations.asleepSince = world.now
    else if (event.change === 'resumed') resume(operations, world.now)
    else this.#byHost.delete(event.host)
    return []
  }

  atEnd(world: World): readonly Finding[] {
    return Array.from(this.#byHost).flatMap(([host, { open, asleepSince }]) => {
      const now = asleepSince ?? world.now
      const late = [...open.values()].filter(({ until }) => now > until)
      return late.map((each) => ({ text: lateness(each, now), host }))
    })
  }

  #operationsOf(number: number, program: Process): ProcessOperations {
    const known = this.#byHost.get(number)
    if (known?.program === program) return known
    const operations: ProcessOperations = { program, open: new Map(), asleepSince: undefined }
    this.#byHost.set(number, operations)
    return operations
  }
}

function resume(operations: ProcessOperations, now: number): void {
  const { asleepSince = now, open } = operations
  for (const each of open.values()) each.until += now - asleepSince
  operations.asleepSince = undefined
}

function hasOperationId(command: Command): command is WithOperationId {
  return 'operationId' in command && command.kind !== 'cancel' && command.kind !== 'enter'
}

function boundOf(kind: WithOperationId['kind'], { core }: World): number {
  const { giveUpMs, lookupDeadlineMs } = { ...CORE_DEFAULTS, ...core }
  const isLong = LONG.has(kind)
  const lookupMs = lookupDeadlineMs + 2 * giveUpMs
  return LATE_MS + LATE * (isLong ? LONGEST_WAIT_MS + lookupMs : giveUpMs)
}

function lateness({ kind, until }: Open, now: number): string {
  return `SIM-S1: operation ${kind} ended ${now - until} ms too late or not at all`
}
