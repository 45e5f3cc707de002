// Shows the progress of a run: one line that is updated on a terminal, else a new line every 5 s.
// Speed and time left are measured in real time.

import { formatNumber, formatSpan } from '../reports/format-value.ts'
import type { Figure } from '../reports/report.ts'
import { figureLine } from '../reports/report-table.ts'
import type { Progress } from '../scenarios/scenario.ts'
import type { World } from '../world.ts'

const BAR_WIDTH = 24
/** Time between two updates on a terminal, ms. */
const REDRAW_MS = 100
/** Time between two lines without a terminal, ms. */
const PLAIN_MS = 5_000
/** Weight of the latest measurement in the shown speed, an exponential moving average. */
const SMOOTHING = 0.2

/** Where the bar is shown. */
export interface Display {
  readonly isTerminal: boolean
  /** Characters in a line. */
  readonly columns: number
  /** Real time, ms, monotonic. */
  now(): number
  write(text: string): void
}

export class ProgressBar implements Progress {
  readonly #display: Display
  readonly #beganAt: number
  #shownAt: number
  #events = 0
  #perSecond: number | undefined
  #world: World | undefined

  constructor(display: Display) {
    this.#display = display
    this.#beganAt = display.now()
    this.#shownAt = this.#beganAt
  }

  update(share: number, what: string, world: World): void {
    const now = this.#display.now()
    const { isTerminal } = this.#display
    if (now - this.#shownAt < (isTerminal ? REDRAW_MS : PLAIN_MS)) return
    this.#measure(world, now)
    const line = this.#line(share, what, world, now)
    if (isTerminal) this.#display.write(`\r${line.slice(0, this.#display.columns - 1)}\u001b[K`)
    else this.#display.write(`${line}\n`)
  }

  partEnded(figures: readonly Figure[]): void {
    this.clear()
    for (const figure of figures) this.#display.write(`${figureLine(figure)}\n`)
  }

  /** Removes the line. */
  clear(): void {
    if (this.#display.isTerminal) this.#display.write('\r\u001b[K')
  }

  #measure(world: World, now: number): void {
    const seconds = Math.max(1, now - this.#shownAt) / 1_000
    const before = this.#world === world ? this.#events : 0
    const perSecond = (world.events - before) / seconds
    const last = this.#perSecond ?? perSecond
    this.#perSecond = last + SMOOTHING * (perSecond - last)
    this.#world = world
    this.#events = world.events
    this.#shownAt = now
  }

  #line(share: number, what: string, world: World, now: number): string {
    const filled = Math.round(share * BAR_WIDTH)
    const bar = `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`
    const spent = now - this.#beganAt
    const left = share > 0.02 ? `${formatSpan((spent / share) * (1 - share))} left` : ''
    return [
      bar,
      `${String(Math.floor(share * 100)).padStart(3)} %`,
      what,
      `${formatSpan(world.now)} of virtual time`,
      `${formatNumber(Math.round(this.#perSecond ?? 0))} events/s`,
      left,
    ]
      .filter((part) => part !== '')
      .join('  ')
  }
}
