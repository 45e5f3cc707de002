// How long a packet takes, one way. A latency is a plain function of two places and a random
// fraction. It uses only additions, multiplications and square roots, which give the same result on
// every engine.

import { argumentError } from '../../errors.ts'

/** The place of a host: a point of the plane, both coordinates from 0 up to 1 exclusive. */
export interface Place {
  readonly x: number
  readonly y: number
}

/**
 * Returns the delay of a packet, one way, ms, at least 0. The network rounds it down.
 *
 * @param unit - random for each packet, 0 up to 1 exclusive
 */
export type Latency = (from: Place, to: Place, unit: number) => number

/** The same delay for every packet. */
export function constantLatency(ms: number): Latency {
  const checked = span('latency', ms)
  return () => checked
}

/** Whole milliseconds from `leastMs` to `mostMs`, both included, all equally likely. */
export function uniformLatency(leastMs: number, mostMs: number): Latency {
  const [least, most] = [span('leastMs', leastMs), span('mostMs', mostMs)]
  if (most < least) throw argumentError('mostMs', `at least ${least}`, most)
  return (_from, _to, unit) => least + Math.floor(unit * (most - least + 1))
}

/**
 * A delay that grows with the distance: a minimum, plus the distance, plus a random part.
 *
 * @param floorMs - the minimum, ms. Default 1
 * @param acrossMs - delay from one side of the plane to the other, ms
 * @param jitterMs - maximum of the random part, drawn for each packet, ms. Default 0
 */
export function planeLatency(options: {
  readonly floorMs?: number
  readonly acrossMs: number
  readonly jitterMs?: number
}): Latency {
  const floorMs = span('floorMs', options.floorMs ?? 1)
  const acrossMs = span('acrossMs', options.acrossMs)
  const jitterMs = span('jitterMs', options.jitterMs ?? 0)
  return (from, to, unit) => {
    const [dx, dy] = [from.x - to.x, from.y - to.y]
    return floorMs + acrossMs * Math.sqrt(dx * dx + dy * dy) + jitterMs * unit
  }
}

/** A measured distribution: each of `samples`, ms, is equally likely for each packet. */
export function givenLatency(samples: readonly number[]): Latency {
  if (samples.length === 0) throw argumentError('samples', 'at least one', samples)
  const checked = samples.map((sample) => span('sample', sample))
  return (_from, _to, unit) => checked[Math.floor(unit * checked.length)] as number
}

function span(what: string, ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return ms
  throw argumentError(what, 'a span of at least 0 ms', ms)
}
