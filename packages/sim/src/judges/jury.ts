// A judge of several rules: looks at a core once for all of them, right after it has acted, and
// writes down what they find. It may look at every so many steps only, for the sake of large
// worlds; rules that need every step then do without the look.

import type { Host } from '../host/host.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import { type CoreInspection, coreStep } from './core-step.ts'
import { Docket } from './docket.ts'
import type { Judge, Violation } from './judge.ts'
import type { Finding, Rule } from './rule.ts'

export interface JuryOptions {
  readonly name: string
  readonly rules: readonly Rule[]
  /** Looks at one step of so many; all cores are looked at at the end. Default 1: every step. */
  readonly every?: number
}

export class Jury implements Judge {
  readonly name: string
  readonly #rules: readonly Rule[]
  readonly #every: number
  readonly #docket = new Docket()
  /** The last look at each process; kept only when every step is looked at. */
  readonly #looks = new WeakMap<Process, CoreInspection>()
  #steps = 0

  constructor({ name, rules, every = 1 }: JuryOptions) {
    this.name = name
    this.#rules = rules
    this.#every = every
  }

  get violations(): readonly Violation[] {
    return this.#docket.violations
  }

  /** How often each property was violated. */
  get counts(): ReadonlyMap<string, number> {
    return this.#docket.counts
  }

  /** Steps of honest cores so far. */
  get steps(): number {
    return this.#steps
  }

  afterEvent(world: World, event: WorldEvent): void {
    const host = 'host' in event ? world.hosts[event.host] : undefined
    const isStep = 'effects' in event && host?.core !== undefined
    if (isStep) this.#judgeStep(world, event, host)
    else {
      for (const rule of this.#rules) {
        this.#enter(rule.afterEvent?.(world, event) ?? [], event.at, host?.number)
      }
    }
  }

  atEnd(world: World): void {
    for (const rule of this.#rules) {
      for (const { text, host } of rule.atEnd?.(world) ?? ([] as readonly Finding[])) {
        this.#enter([text], world.now, host)
      }
    }
  }

  #judgeStep(world: World, event: Extract<WorldEvent, { effects: unknown }>, host: Host): void {
    const { process: program, core } = host
    if (program === undefined || core === undefined) return
    const looks = this.#steps++ % this.#every === 0
    const after = looks ? core.inspect(host.now) : undefined
    const step = coreStep(world, event, { before: this.#looks.get(program), after })
    if (after !== undefined && this.#every === 1) this.#looks.set(program, after)
    for (const rule of this.#rules) this.#enter(rule.afterStep?.(step) ?? [], event.at, host.number)
  }

  #enter(findings: readonly string[], at: number, host: number | undefined): void {
    for (const finding of findings) this.#docket.enterFinding(finding, { at, host })
  }
}
