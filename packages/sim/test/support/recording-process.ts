// The simplest process: it records what it receives, and sends only what a test tells it to.

import { type Endpoint, formatEndpoint } from '@dht/krpc'
import { type Host, type HostOptions, NO_EFFECTS, type Process, type World } from '@dht/sim'

export interface ReceivedText {
  readonly text: string
  readonly from: string
  readonly at: number
}

export class RecordingProcess implements Process {
  readonly received: ReceivedText[] = []
  readonly host: Host
  readonly #world: World

  constructor(world: World, options: HostOptions = {}) {
    this.#world = world
    this.host = world.addHost(options)
    this.host.run(this)
  }

  get texts(): string[] {
    return this.received.map(({ text }) => text)
  }

  receive(bytes: Uint8Array, from: Endpoint): typeof NO_EFFECTS {
    const text = String.fromCharCode(...bytes)
    this.received.push({ text, from: formatEndpoint(from), at: this.#world.now })
    return NO_EFFECTS
  }

  handleTimeout(): typeof NO_EFFECTS {
    return NO_EFFECTS
  }

  nextTimeout(): undefined {}

  sendText(text: string, to: RecordingProcess | Endpoint): void {
    const where = to instanceof RecordingProcess ? to.host.endpoint : to
    this.host.send(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      where,
    )
  }
}
