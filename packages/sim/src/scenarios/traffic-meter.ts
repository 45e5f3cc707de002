// Measures what each node sends in a time span, by the nodes' own counters.

import type { Host } from '../host/host.ts'
import type { BarPlot } from '../reports/report.ts'
import { roundWidth, Sample } from '../reports/sample.ts'
import type { World } from '../world.ts'

const HOUR_MS = 3_600_000

interface Reading {
  readonly process: Host['process']
  readonly datagrams: number
  readonly bytes: number
}

/** What nodes sent per hour: one value for each node that ran all the time. */
export interface TrafficReading {
  readonly datagrams: Sample
  readonly bytes: Sample
}

export class TrafficMeter {
  readonly #world: World
  readonly #begin: ReadonlyMap<Host, Reading>
  readonly #beganAt: number

  /** Measures from now on. */
  constructor(world: World) {
    this.#world = world
    this.#begin = new Map(world.honest.map((host) => [host, readingOf(host)]))
    this.#beganAt = world.now
  }

  /** @param counts - which nodes are counted. Default: all */
  read(counts: (host: Host) => boolean = () => true): TrafficReading {
    const hours = (this.#world.now - this.#beganAt) / HOUR_MS
    const datagrams: number[] = []
    const bytes: number[] = []
    for (const host of this.#world.honest) {
      const before = this.#begin.get(host)
      if (before === undefined || before.process !== host.process || !counts(host)) continue
      const now = readingOf(host)
      datagrams.push((now.datagrams - before.datagrams) / hours)
      bytes.push((now.bytes - before.bytes) / hours)
    }
    return { datagrams: new Sample(datagrams), bytes: new Sample(bytes) }
  }
}

/** A histogram of the nodes' traffic. @param sets - by name */
export function trafficPlot(
  sets: readonly { readonly name: string; readonly datagrams: Sample }[],
): BarPlot {
  const most = Math.max(1, ...sets.map(({ datagrams }) => datagrams.most).filter(Number.isFinite))
  const binWidth = roundWidth(most / 20)
  return {
    kind: 'bars',
    name: 'Packets sent per node',
    unit: 'packets per hour',
    binWidth,
    sets: sets.map(({ name, datagrams }) => ({ name, counts: datagrams.counts(binWidth) })),
  }
}

function readingOf(host: Host): Reading {
  const { counters } = (host.core as NonNullable<Host['core']>).info(host.now)
  return {
    process: host.process,
    datagrams: counters.datagramsSent,
    bytes: counters.bytesSent,
  }
}
