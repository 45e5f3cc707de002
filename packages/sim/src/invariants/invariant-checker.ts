// A checker of several invariants. It inspects a core after each step, once for all invariants, and
// collects what they find. In large worlds it may inspect only one step of many. Invariants that
// need every step then get it without a state.

import type { Host } from '../host/host.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import type { Checker, Violation } from './checker.ts'
import { type CoreInspection, coreStep } from './core-step.ts'
import type { Finding, Invariant } from './invariant.ts'
import { ViolationLog } from './violation-log.ts'

export interface InvariantCheckerOptions {
  readonly name: string
  readonly invariants: readonly Invariant[]
  /** Inspects one step of this many, and all cores at the end. Default 1: every step. */
  readonly every?: number
}

export class InvariantChecker implements Checker {
  readonly name: string
  readonly #invariants: readonly Invariant[]
  readonly #every: number
  readonly #log = new ViolationLog()
  /** The last state of each process; kept only if every step is inspected. */
  readonly #looks = new WeakMap<Process, CoreInspection>()
  #steps = 0

  constructor({ name, invariants, every = 1 }: InvariantCheckerOptions) {
    this.name = name
    this.#invariants = invariants
    this.#every = every
  }

  get violations(): readonly Violation[] {
    return this.#log.violations
  }

  /** How often each property was violated. */
  get counts(): ReadonlyMap<string, number> {
    return this.#log.counts
  }

  /** Number of steps of honest cores so far. */
  get steps(): number {
    return this.#steps
  }

  afterEvent(world: World, event: WorldEvent): void {
    const host = 'host' in event ? world.hosts[event.host] : undefined
    const isStep = 'effects' in event && host?.core !== undefined
    if (isStep) this.#checkStep(world, event, host)
    else {
      for (const invariant of this.#invariants) {
        this.#add(invariant.afterEvent?.(world, event) ?? [], event.at, host?.number)
      }
    }
  }

  atEnd(world: World): void {
    for (const invariant of this.#invariants) {
      for (const { text, host } of invariant.atEnd?.(world) ?? ([] as readonly Finding[])) {
        this.#add([text], world.now, host)
      }
    }
  }

  #checkStep(world: World, event: Extract<WorldEvent, { effects: unknown }>, host: Host): void {
    const { process: program, core } = host
    if (program === undefined || core === undefined) return
    const looks = this.#steps++ % this.#every === 0
    const after = looks ? core.inspect(host.now) : undefined
    const step = coreStep(world, event, { before: this.#looks.get(program), after })
    if (after !== undefined && this.#every === 1) this.#looks.set(program, after)
    for (const invariant of this.#invariants)
      this.#add(invariant.afterStep?.(step) ?? [], event.at, host.number)
  }

  #add(findings: readonly string[], at: number, host: number | undefined): void {
    for (const finding of findings) this.#log.addFinding(finding, { at, host })
  }
}
