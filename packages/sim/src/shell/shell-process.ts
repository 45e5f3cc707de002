// Runs a node created by `createNode` as the process of a simulated host. The host gives the node
// its transports, clock and storage. This file does not know what the node does with them.

import type { Endpoint, Family, Transport } from '@dht/krpc'
import type { Clock, StateStorage } from '@dht/node'
import type { Effect } from '@dht/node/core'
import type { Host } from '../host/host.ts'
import { NO_EFFECTS, type Process } from '../host/process.ts'

type Handlers = Parameters<Transport['start']>[0]

interface AlarmCall {
  readonly at: number
  readonly ring: () => void
}

export class ShellProcess implements Process {
  readonly #host: Host
  readonly #onActivity: () => void
  readonly #handlers = new Map<Family, Handlers>()
  readonly #alarms = new Set<AlarmCall>()
  #isStopped = false
  #isCrashed = false

  /** @param onActivity - called whenever promises may have been settled */
  constructor(host: Host, onActivity: () => void) {
    this.#host = host
    this.#onActivity = onActivity
  }

  readonly clock: Clock = {
    now: () => this.#host.now,
    alarm: (at, ring) => {
      const call = { at, ring }
      if (!this.#isStopped) this.#alarms.add(call)
      this.#host.rearm()
      return () => this.#alarms.delete(call)
    },
  }

  /** The host's disk. What the node saves after a crash of its host is lost. */
  readonly storage: StateStorage = {
    load: async () => this.#host.disk.file,
    save: async (bytes) => {
      if (!this.#isCrashed) this.#host.disk.file = bytes
    },
    setAside: async () => {
      this.#host.disk.file = undefined
      return undefined
    },
  }

  /** One transport for each address of the host. */
  transports(): Transport[] {
    return ([4, 6] as const).flatMap((family) => {
      const local = this.#host.local(family)
      return local === undefined ? [] : [this.#transport(family, local)]
    })
  }

  receive(bytes: Uint8Array, from: Endpoint): readonly Effect[] {
    this.#onActivity()
    this.#handlers.get(from.family)?.received([{ bytes, endpoint: from }])
    return NO_EFFECTS
  }

  handleTimeout(now: number): readonly Effect[] {
    this.#onActivity()
    const due = [...this.#alarms].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    for (const call of due) if (this.#alarms.delete(call)) call.ring()
    return NO_EFFECTS
  }

  nextTimeout(): number | undefined {
    let nextAt: number | undefined
    for (const { at } of this.#alarms) if (nextAt === undefined || at < nextAt) nextAt = at
    return nextAt
  }

  stop(how: 'closed' | 'crashed'): void {
    this.#isStopped = true
    this.#isCrashed = how === 'crashed'
    this.#handlers.clear()
    this.#alarms.clear()
  }

  #transport(family: Family, local: Endpoint): Transport {
    return {
      family,
      start: async (handlers) => {
        this.#handlers.set(family, handlers)
        return local
      },
      send: (batch) => {
        if (!this.#handlers.has(family)) return
        for (const { bytes, endpoint } of batch) this.#host.send(bytes, endpoint)
      },
      close: async () => {
        this.#handlers.delete(family)
        if (this.#handlers.size === 0 && !this.#isStopped) this.#host.close()
      },
    }
  }
}
