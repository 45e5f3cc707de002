// Records what happens on one host: in the trace hash always, and as events for watchers if there
// are any. The trace is updated before the process acts, and watchers are notified afterwards,
// because an event contains the effects.

import type { Command, Effect } from '@dht/node/core'
import type { LazyPacket } from '../network/lazy-packet.ts'
import type { HostChange } from '../world-event.ts'
import type { WorldContext } from './world-context.ts'

export class HostLog {
  readonly #host: number
  readonly #context: WorldContext

  constructor(host: number, context: WorldContext) {
    this.#host = host
    this.#context = context
  }

  /** A packet is about to be given to the process. */
  traceReceived({ content, sender = -1 }: LazyPacket): void {
    const { timeline, trace } = this.#context
    trace.add(timeline.now)
    trace.add(sender)
    trace.add(this.#host)
    if (content instanceof Uint8Array) trace.addBytes(content)
    else trace.add(content.size)
  }

  received(packet: LazyPacket, effects: readonly Effect[]): void {
    const { timeline, watch } = this.#context
    if (!watch.isWatched) return
    watch.notify({ kind: 'received', at: timeline.now, host: this.#host, packet, effects })
  }

  /** The process is about to handle a timeout. */
  traceTimeout(): void {
    const { timeline, trace } = this.#context
    trace.add(timeline.now)
    trace.add(~this.#host)
  }

  timedOut(effects: readonly Effect[]): void {
    const { timeline, watch } = this.#context
    if (!watch.isWatched) return
    watch.notify({ kind: 'timeout', at: timeline.now, host: this.#host, effects })
  }

  /** The node is about to start a command. */
  traceRequested(): void {
    const { timeline, trace } = this.#context
    trace.add(timeline.now)
    trace.add(this.#host)
  }

  requested(command: Command, effects: readonly Effect[]): void {
    const { timeline, watch } = this.#context
    if (!watch.isWatched) return
    watch.notify({ kind: 'requested', at: timeline.now, host: this.#host, command, effects })
  }

  changed(change: HostChange): void {
    const { timeline, trace, watch } = this.#context
    trace.add(timeline.now)
    trace.add(this.#host)
    if (!watch.isWatched) return
    watch.notify({ kind: 'host-changed', at: timeline.now, host: this.#host, change })
  }
}
