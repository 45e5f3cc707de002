// How long nodes stay, or stay away: a span drawn for each.

import type { Chance } from '../chance.ts'
import { argumentError } from '../errors.ts'
import { naturalLog, power } from '../natural-log.ts'

/** A span, ms, whole, at least 1. */
export type Sessions = (chance: Chance) => number

/** Whoever has stayed for long leaves as soon as a newcomer. @param meanMs - the mean */
export function exponentialSessions(meanMs: number): Sessions {
  const mean = positive('meanMs', meanMs)
  return (chance) => span(mean * drawn(chance))
}

/** The same by its median, as measured networks are described. */
export function sessionsOfMedian(medianMs: number): Sessions {
  return exponentialSessions(positive('medianMs', medianMs) / naturalLog(2))
}

/**
 * Weibull's distribution. With a shape below 1, as measured in file sharing networks (0.3 to 0.7),
 * whoever has stayed for long stays longer still.
 */
export function weibullSessions(options: {
  readonly scaleMs: number
  readonly shape: number
}): Sessions {
  const scale = positive('scaleMs', options.scaleMs)
  const shape = positive('shape', options.shape)
  return (chance) => span(scale * power(drawn(chance), 1 / shape))
}

/** As measured somewhere: one of `samples`, ms, each as likely. */
export function givenSessions(samples: readonly number[]): Sessions {
  if (samples.length === 0) throw argumentError('samples', 'at least one', samples)
  const checked = samples.map((sample) => positive('sample', sample))
  return (chance) => span(chance.pick(checked))
}

/** Sessions among which an instant is drawn: ours; so many leave a bias of some 2 %. */
const SESSIONS_LIVED = 64

/**
 * What is left, ms, of the session under way at an instant like any other. Long sessions are met
 * more often than they are drawn, by their length: what is left of exponential ones is as long as a
 * whole one.
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

/** From the exponential distribution of mean 1. */
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
