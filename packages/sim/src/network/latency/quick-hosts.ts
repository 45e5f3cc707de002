// A latency with some quick hosts, as in data centres near everybody: packets from and to them
// arrive early. A host is quick if its place is one of `quickPlace`.

import type { Latency, Place } from './latency.ts'

/** The coordinate of quick places. Other places are below 1. */
const QUICK_X = 1
/** Maximum delay of a packet from or to a quick host, one way, ms. Our choice. */
const QUICK_MS = 10

/** A place of a quick host. @param y - tells quick hosts apart, 0 up to 1 exclusive */
export function quickPlace(y: number): Place {
  return { x: QUICK_X, y }
}

/** Makes hosts at quick places quick. */
export function withQuickHosts(latency: Latency): Latency {
  return (from, to, unit) => {
    const ms = latency(from, to, unit)
    return from.x === QUICK_X || to.x === QUICK_X ? Math.min(ms, QUICK_MS) : ms
  }
}
