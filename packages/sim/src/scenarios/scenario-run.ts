// What all scenarios need while they run: worlds with checkers, progress, and the report, to which
// they add figures, plots and notes.

import type { Checker } from '../invariants/checker.ts'
import { DEFAULT_LATENCY, LATENCIES, type LatencyName } from '../network/latency/latencies.ts'
import { medianRoundTripMs } from '../network/latency/median-round-trip.ts'
import { type Figure, isAsWanted, type Plot, type Report } from '../reports/report.ts'
import { TraceHash } from '../trace-hash.ts'
import { World, type WorldOptions } from '../world.ts'
import {
  NO_PROGRESS,
  type Progress,
  type ScenarioObservers,
  type ScenarioSettings,
} from './scenario.ts'

/** Number of joins between two updates of the progress. Our choice. */
const JOINS_AT_ONCE = 50

export class ScenarioRun {
  readonly settings: ScenarioSettings
  readonly #title: { readonly name: string; readonly summary: string }
  readonly #progress: Progress
  readonly #makeCheckers: () => readonly Checker[]
  readonly #prepare: (world: World) => void
  readonly #trace = new TraceHash()
  readonly #figures: Figure[] = []
  /** How many figures were shown while the scenario runs. */
  #shown = 0
  readonly #plots: Plot[] = []
  readonly #notes: string[] = []
  readonly #violations: Report['violations'][number][] = []
  #world: World | undefined
  #checkers: readonly Checker[] = []
  #events = 0
  #virtualMs = 0

  constructor(
    title: { readonly name: string; readonly summary: string },
    settings: ScenarioSettings,
    { progress = NO_PROGRESS, checkers = () => [], prepare = () => {} }: ScenarioObservers = {},
  ) {
    this.#title = title
    this.settings = settings
    this.#progress = progress
    this.#makeCheckers = checkers
    this.#prepare = prepare
  }

  /** The latency of worlds that have none of their own. */
  get latency(): LatencyName {
    return this.settings.latency ?? DEFAULT_LATENCY
  }

  /** The median round trip of that latency, ms. */
  get roundTripMs(): number {
    return medianRoundTripMs(LATENCIES[this.latency])
  }

  /** One of the scenario's own options. */
  extra(name: string): number {
    return this.settings.extras[name] ?? Number.NaN
  }

  /** Creates a world with checkers. The world before it is over. */
  world(options: WorldOptions = {}): World {
    this.#closeWorld()
    const { seed, encoded = true } = this.settings
    const network = { latency: LATENCIES[this.latency], ...options.network }
    const world = new World({ seed, encoded, ...options, network })
    const checkers = this.#makeCheckers()
    for (const checker of checkers) {
      if (checker.afterEvent === undefined) continue
      world.watch((event) => checker.afterEvent?.(world, event))
    }
    this.#world = world
    this.#checkers = checkers
    this.#prepare(world)
    return world
  }

  /** Grows a network by joins. @param span - which part of the whole scenario that is, 0 to 1 */
  grow(
    world: World,
    count: number,
    { from = 0, to = 0.3 }: { readonly from?: number; readonly to?: number } = {},
  ): void {
    for (let grown = 0; grown < count; grown += JOINS_AT_ONCE) {
      this.progress(from + ((to - from) * grown) / count, 'the network grows')
      world.grow(Math.min(JOINS_AT_ONCE, count - grown))
    }
  }

  /** Lets time pass and updates the progress. */
  advance(
    world: World,
    ms: number,
    { from, to, what }: { readonly from: number; readonly to: number; readonly what: string },
  ): void {
    const steps = Math.max(1, Math.min(200, Math.floor(ms / 1_000)))
    for (let step = 0; step < steps; step++) {
      this.progress(from + ((to - from) * step) / steps, what)
      world.advance(Math.floor((ms * (step + 1)) / steps) - Math.floor((ms * step) / steps))
    }
  }

  /** @param share - of the whole scenario, 0 to 1 */
  progress(share: number, what: string): void {
    if (this.#world !== undefined) this.#progress.update(share, what, this.#world)
  }

  figure(figure: Figure): void {
    this.#figures.push(figure)
  }

  /** A part of the scenario is over: shows its figures, all since the part before. */
  partEnded(): void {
    this.#progress.partEnded?.(this.#figures.slice(this.#shown))
    this.#shown = this.#figures.length
  }

  plot(plot: Plot): void {
    this.#plots.push(plot)
  }

  note(...sentences: readonly string[]): void {
    this.#notes.push(...sentences)
  }

  /** Ends the run and returns its report. */
  report(): Report {
    this.progress(1, 'done')
    this.#closeWorld()
    const { nodes, hours, seed, encoded = true, extras } = this.settings
    return {
      scenario: this.#title.name,
      summary: this.#title.summary,
      nodes,
      hours,
      seed,
      encoded,
      ...(this.settings.latency !== undefined && { latency: this.settings.latency }),
      extras,
      passed: this.#violations.length === 0 && this.#figures.every(isEnough),
      figures: this.#figures,
      plots: this.#plots,
      violations: this.#violations,
      notes: this.#notes,
      traceHash: this.#trace.value,
      events: this.#events,
      virtualMs: this.#virtualMs,
    }
  }

  #closeWorld(): void {
    const world = this.#world
    if (world === undefined) return
    this.#world = undefined
    for (const checker of this.#checkers) {
      checker.atEnd?.(world)
      this.#violations.push(...checker.violations)
    }
    this.#trace.addHash(world.traceHash)
    this.#events += world.events
    this.#virtualMs += world.now
  }
}

function isEnough(figure: Figure): boolean {
  return figure.isGoalOnly === true || isAsWanted(figure)
}
