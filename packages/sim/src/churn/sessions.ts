// Distributions of how long nodes stay or stay away.

import type { Chance } from '../chance.ts'
import { argumentError } from '../errors.ts'
import { naturalLog, power } from '../natural-log.ts'

/** Draws a time, ms, whole, at least 1. */
export type Sessions = (chance: Chance) => number

/**
 * The exponential distribution: how long a node has stayed says nothing about how long it will.
 * @param meanMs - the mean, ms
 */
export function exponentialSessions(meanMs: number): Sessions {
  const mean = positive('meanMs', meanMs)
  return (chance) => span(mean * drawn(chance))
}

/** The exponential distribution, by its median, which measurements of networks report. */
export function sessionsOfMedian(medianMs: number): Sessions {
  return exponentialSessions(positive('medianMs', medianMs) / naturalLog(2))
}

/**
 * The Weibull distribution. With a shape below 1, as measured in file sharing networks (0.3 to
 * 0.7), a node that has stayed for long will stay for longer.
 */
export function weibullSessions(options: {
  readonly scaleMs: number
  readonly shape: number
}): Sessions {
  const scale = positive('scaleMs', options.scaleMs)
  const shape = positive('shape', options.shape)
  return (chance) => span(scale * power(drawn(chance), 1 / shape))
}

/** A measured distribution: each of `samples`, ms, is equally likely. */
export function givenSessions(samples: readonly number[]): Sessions {
  if (samples.length === 0) throw argumentError('samples', 'at least one', samples)
  const checked = samples.map((sample) => positive('sample', sample))
  return (chance) => span(chance.pick(checked))
}

/**
 * Number of sessions among which an instant is drawn. Our choice: it leaves a bias of about 2 %.
 */
const SESSIONS_LIVED = 64

/**
 * The time that is left of a session under way at a random instant, ms. A long session is under way
 * at more instants than a short one, in proportion to its length. Of an exponential session as much
 * is left, on average, as a whole session takes.
 */
export function restOf(session: Sessions): Sessions {
  return (chance) => {
    const lived = Array.from({ length: SESSIONS_LIVED }, () => session(chance))
    let left = chance.unit() * lived.reduce((sum, ms) => sum + ms, 0)
    for (const ms of lived) {
      left -= ms
      if (left < 0) break
    }
    return span(-left)
  }
}

/** Draws from the exponential distribution with mean 1. */
function drawn(chance: Chance): number {
  return -naturalLog(1 - chance.unit())
}

function span(ms: number): number {
  return Math.max(1, Math.round(ms))
}

function positive(what: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw argumentError(what, 'a positive number', value)
}
