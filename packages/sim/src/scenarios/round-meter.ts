// Counts the queries of publishing rounds.

import type { RoundReport } from '@dht/node/core'
import { Sample } from '../reports/sample.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

export class RoundMeter {
  /** The last report of each round, by host and start. */
  readonly #rounds = new Map<string, RoundReport>()
  readonly #end: () => void

  /** Measures from now on. */
  constructor(world: World) {
    this.#end = world.watch((event) => this.#onEvent(event))
  }

  /** Ends the measurement. @returns queries of one round, writes included, mean */
  end(): number {
    this.#end()
    const queries = Array.from(this.#rounds.values(), (report) => {
      const { tally, accepted, refused, unreachable } = report
      return tally.queried + accepted.length + refused.length + unreachable.length
    })
    return new Sample(queries).mean
  }

  #onEvent(event: WorldEvent): void {
    if (!('effects' in event)) return
    for (const effect of event.effects) {
      if (effect.kind !== 'round') continue
      this.#rounds.set(`${event.host} ${effect.report.startedAt}`, effect.report)
    }
  }
}
