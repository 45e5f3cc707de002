// Round trips for models with a clock of their own: how far away each endpoint is, and the
// responses that are on their way. In a script that chooses when a response arrives, no property
// can say that it had to arrive.

import fc from 'fast-check'

/** The limits between near and far, ms, each longer than the one before. */
export interface Spans {
  /** When the first query of all stalls. */
  readonly firstStallMs: number
  readonly giveUpMs: number
  /** From the sending until an expired query is forgotten. */
  readonly forgetMs: number
}

const FIXED = ['near', 'far', 'slow', 'too slow', 'forgotten'] as const

/** `slow`: slower than the first stall; `too slow`: slower than the time to give up. */
export type Distance = (typeof FIXED)[number] | 'changing' | 'silent'

export interface Route {
  readonly distance: Distance
  /** Of one query after another, from the first again at the end; empty: none is answered. */
  readonly roundTripsMs: readonly number[]
}

/** A route of any distance. On most of them the response comes in time. */
export function routeWithin(spans: Spans): fc.Arbitrary<Route> {
  const fixed = FIXED.map((distance) =>
    roundTrip(distance, spans).map((ms): Route => ({ distance, roundTripsMs: [ms] })),
  )
  const any = FIXED.map((each) => roundTrip(each, spans))
  // Mostly near, so that far ones are unexpected.
  const next = fc.oneof({ weight: 3, arbitrary: any[0]! }, ...any.slice(1))
  const changing = fc
    .array(next, { minLength: 2, maxLength: 6 })
    .map((roundTripsMs): Route => ({ distance: 'changing', roundTripsMs }))
  const silent = fc.constant<Route>({ distance: 'silent', roundTripsMs: [] })
  const [near, far, slow, tooSlow, forgotten] = fixed
  return fc.oneof(
    { weight: 4, arbitrary: near! },
    { weight: 3, arbitrary: far! },
    { weight: 3, arbitrary: slow! },
    { weight: 3, arbitrary: tooSlow! },
    { weight: 1, arbitrary: forgotten! },
    { weight: 3, arbitrary: changing },
    { weight: 1, arbitrary: silent },
  )
}

function roundTrip(distance: (typeof FIXED)[number], spans: Spans): fc.Arbitrary<number> {
  const { firstStallMs, giveUpMs, forgetMs } = spans
  const nearMs = Math.ceil(firstStallMs / 4)
  const [min, max] = {
    near: [1, nearMs],
    far: [nearMs + 1, firstStallMs - 1],
    slow: [firstStallMs, giveUpMs],
    'too slow': [giveUpMs + 1, Math.min(2 * giveUpMs, forgetMs)],
    forgotten: [forgetMs + 1, forgetMs + giveUpMs],
  }[distance] as [number, number]
  return fc.integer({ min, max })
}

/** The round trip of the nth query from 0, ms; undefined: no response. */
export function roundTripOf({ roundTripsMs }: Route, nth: number): number | undefined {
  return roundTripsMs[nth % roundTripsMs.length]
}

/** What is on its way, and when it arrives. */
export class Traffic<T> {
  #underWay: readonly { readonly what: T; readonly at: number }[] = []

  send(what: T, at: number): void {
    this.#underWay = [...this.#underWay, { what, at }]
  }

  /** When the next thing arrives; infinity: nothing is under way. */
  nextAt(): number {
    return Math.min(...this.#underWay.map(({ at }) => at))
  }

  /** What has arrived first; of one instant, what was sent first. */
  receive(now: number): T | undefined {
    const nextAt = this.nextAt()
    if (nextAt > now) return undefined
    const first = this.#underWay.find(({ at }) => at === nextAt)
    this.#underWay = this.#underWay.filter((each) => each !== first)
    return first?.what
  }
}
