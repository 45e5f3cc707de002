// How long a datagram is under way, one way. Models are plain functions of the two places and of
// one drawn fraction; only additions, multiplications and square roots, which every engine computes
// alike, lead to an instant.

import { argumentError } from '../../errors.ts'

/** A point of the plane, both coordinates from 0 up to 1: where a host stands. */
export interface Place {
  readonly x: number
  readonly y: number
}

/**
 * One way, ms, at least 0; fractions are rounded down by whoever asks.
 * @param unit - drawn anew for each datagram, 0 up to 1 exclusive
 */
export type Latency = (from: Place, to: Place, unit: number) => number

/** The same for every datagram. */
export function constantLatency(ms: number): Latency {
  const checked = span('latency', ms)
  return () => checked
}

/** Each as likely: from `leastMs` to `mostMs`, whole milliseconds, both included. */
export function uniformLatency(leastMs: number, mostMs: number): Latency {
  const [least, most] = [span('leastMs', leastMs), span('mostMs', mostMs)]
  if (most < least) throw argumentError('mostMs', `at least ${least}`, most)
  return (_from, _to, unit) => least + Math.floor(unit * (most - least + 1))
}

/**
 * Hosts stand in a square, and light takes its time: a floor, the distance, and some jitter.
 *
 * @param acrossMs - from one side to the other, ms
 * @param jitterMs - up to this on top, drawn for each datagram
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

/** As measured somewhere: one of `samples`, ms, for each datagram, each as likely. */
export function givenLatency(samples: readonly number[]): Latency {
  if (samples.length === 0) throw argumentError('samples', 'at least one', samples)
  const checked = samples.map((sample) => span('sample', sample))
  return (_from, _to, unit) => checked[Math.floor(unit * checked.length)] as number
}

function span(what: string, ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return ms
  throw argumentError(what, 'a span of at least 0 ms', ms)
}
