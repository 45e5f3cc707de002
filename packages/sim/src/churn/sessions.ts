// Distributions of session lengths: how long a node stays in the network, or stays away from it.

import type { Chance } from '../chance.ts'
import { argumentError } from '../errors.ts'
import { naturalLog, power } from '../natural-log.ts'

/** Draws one session length: whole ms, at least 1. */
export type Sessions = (chance: Chance) => number

/**
 * The exponential distribution. It is memoryless: the time that is left does not depend on the time
 * that a node has stayed.
 * @param meanMs - the mean, ms
 */
export function exponentialSessions(meanMs: number): Sessions {
  const mean = positive('meanMs', meanMs)
  return (chance) => wholeMs(mean * unitExponential(chance))
}

/** The exponential distribution, by its median, which measurements of networks report. */
export function sessionsOfMedian(medianMs: number): Sessions {
  return exponentialSessions(positive('medianMs', medianMs) / naturalLog(2))
}

/**
 * The Weibull distribution. With a shape below 1, as measured in file sharing networks (0.3 to
 * 0.7), a node that has stayed longer will, on average, stay longer from now on.
 */
export function weibullSessions(options: {
  readonly scaleMs: number
  readonly shape: number
}): Sessions {
  const scale = positive('scaleMs', options.scaleMs)
  const shape = positive('shape', options.shape)
  return (chance) => wholeMs(scale * power(unitExponential(chance), 1 / shape))
}

/** A measured distribution: each of `samples`, ms, is equally likely. */
export function givenSessions(samples: readonly number[]): Sessions {
  if (samples.length === 0) throw argumentError('samples', 'at least one', samples)
  const checked = samples.map((sample) => positive('sample', sample))
  return (chance) => wholeMs(chance.pick(checked))
}

/** Sessions in a row, of which one instant is drawn. Our choice: the bias is about 2 %. */
const SESSIONS_IN_A_ROW = 64

/**
 * The residual of a session: the time that is left of it at a random instant, ms. The probability
 * that the instant falls into a session is proportional to the length of the session. The mean
 * residual of an exponential session is the mean of a whole one.
 */
export function residualOf(session: Sessions): Sessions {
  return (chance) => {
    const sessions = Array.from({ length: SESSIONS_IN_A_ROW }, () => session(chance))
    let left = chance.unit() * sessions.reduce((sum, ms) => sum + ms, 0)
    for (const ms of sessions) {
      left -= ms
      if (left < 0) break
    }
    return wholeMs(-left)
  }
}

/** Draws from the exponential distribution with mean 1. */
function unitExponential(chance: Chance): number {
  return -naturalLog(1 - chance.unit())
}

function wholeMs(ms: number): number {
  return Math.max(1, Math.round(ms))
}

function positive(what: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw argumentError(what, 'a positive number', value)
}
