// Measures the load of each node: packets received in all and in the worst second, and the largest
// packet that was sent.

import type { World } from '../world.ts'

const SECOND_MS = 1_000

interface Load {
  received: number
  second: number
  /** Packets received in that second. */
  inSecond: number
  worst: number
}

export class CrowdMeter {
  readonly #loads = new Map<number, Load>()
  readonly #end: () => void
  #largest = 0

  /** Measures from now on. */
  constructor(world: World) {
    this.#end = world.watch((event) => {
      if (event.kind === 'received') this.#receive(event.host, event.at)
      if (!('effects' in event)) return
      for (const effect of event.effects) {
        if (effect.kind === 'send') this.#largest = Math.max(this.#largest, effect.bytes.length)
      }
    })
  }

  end(): void {
    this.#end()
  }

  /** Size of the largest packet that was sent, bytes. */
  get largest(): number {
    return this.#largest
  }

  /** Packets received, for each node. */
  get received(): number[] {
    return Array.from(this.#loads.values(), ({ received }) => received)
  }

  /** Packets received in the worst second, for each node. */
  get worst(): number[] {
    return Array.from(this.#loads.values(), ({ worst }) => worst)
  }

  #receive(host: number, at: number): void {
    const second = Math.floor(at / SECOND_MS)
    const load = this.#loads.get(host) ?? { received: 0, second, inSecond: 0, worst: 0 }
    if (load.second !== second) load.inSecond = 0
    load.second = second
    load.received++
    load.inSecond++
    load.worst = Math.max(load.worst, load.inSecond)
    this.#loads.set(host, load)
  }
}
