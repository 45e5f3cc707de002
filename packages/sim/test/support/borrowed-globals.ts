// Runs code for Node in virtual time: while it runs, and only then, the global timers, `Date.now`,
// `Math.random` and `process.nextTick` are replaced by ones that depend on the world and its seed.
// Globals that have no replacement throw.

import dgram from 'node:dgram'
import dns from 'node:dns'
import type { Chance } from '@dht/sim'

interface Timer {
  at: number
  readonly everyMs: number | undefined
  readonly ring: () => void
}

type StandIn = readonly [owner: object, name: string, value: (...given: never[]) => unknown]

export class BorrowedGlobals {
  readonly #now: () => number
  readonly #standIns: readonly StandIn[]
  readonly #timers = new Map<number, Timer>()
  readonly #ticks: (() => void)[] = []
  #handles = 0

  /** @param now - the time of day, ms, whole */
  constructor(now: () => number, chance: Chance) {
    this.#now = now
    const clear = (handle: number): boolean => this.#timers.delete(handle)
    this.#standIns = [
      [globalThis, 'setTimeout', (ring: () => void, ms: number) => this.#set(ring, ms)],
      [globalThis, 'setInterval', (ring: () => void, ms: number) => this.#set(ring, ms, ms)],
      [globalThis, 'clearTimeout', clear],
      [globalThis, 'clearInterval', clear],
      [Date, 'now', now],
      [Math, 'random', () => chance.unit()],
      [process, 'nextTick', (tick: () => void) => this.#ticks.push(tick)],
      [globalThis, 'setImmediate', refuse],
      [globalThis, 'queueMicrotask', refuse],
      [dgram, 'createSocket', refuse],
      [dns, 'lookup', refuse],
    ]
  }

  /** When the next timer fires, ms; undefined: none is set. */
  get nextAt(): number | undefined {
    const instants = Array.from(this.#timers.values(), ({ at }) => at)
    return instants.length === 0 ? undefined : Math.min(...instants)
  }

  /** Runs a part of the program, and then everything that it has passed to `nextTick`. */
  lendTo<T>(part: () => T): T {
    const giveBack = lend(this.#standIns)
    try {
      const result = part()
      for (let tick = this.#ticks.shift(); tick !== undefined; tick = this.#ticks.shift()) tick()
      return result
    } finally {
      giveBack()
    }
  }

  /** Runs the timers that are due. */
  ring(): void {
    const now = this.#now()
    const due = [...this.#timers].filter(([, { at }]) => at <= now)
    for (const [handle, timer] of due.sort(([, one], [, other]) => one.at - other.at)) {
      if (!this.#timers.has(handle)) continue
      // As in Node, an interval runs once after a sleep, however long that was.
      if (timer.everyMs === undefined) this.#timers.delete(handle)
      else timer.at = now + timer.everyMs
      this.lendTo(timer.ring)
    }
  }

  #set(ring: () => void, ms: number, everyMs?: number): number {
    const handle = ++this.#handles
    this.#timers.set(handle, { at: this.#now() + Math.max(1, Math.floor(ms)), everyMs, ring })
    return handle
  }
}

/** @returns a function that restores the globals */
function lend(standIns: readonly StandIn[]): () => void {
  const own = standIns.map(([owner, name]) => Reflect.get(owner, name) as StandIn[2])
  const put = (i: number, value: StandIn[2]): void => {
    const [owner, name] = standIns[i] as StandIn
    if (!Reflect.set(owner, name, value)) throw new Error(`${name}: expected it to be lent`)
  }
  for (const [i, [, , value]] of standIns.entries()) put(i, value)
  return () => {
    for (const [i, value] of own.entries()) put(i, value)
  }
}

function refuse(): never {
  throw new Error('expected a program that lives by timers, ticks and its own socket alone')
}
