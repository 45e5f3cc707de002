// The calls of one core, recorded so that a second core can get the same calls at the same
// instants. A core can't be copied, so each replay creates a new one.

import type { Contact, Endpoint } from '@dht/krpc'
import { type Command, type CoreConfig, type FamilyIds, NodeCore } from '@dht/node/core'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { ActingEvent, CoreInspection } from './core-step.ts'

/** One call of a core. Instants are those of its host's clock, ms. */
type CoreCall =
  | { readonly kind: 'received'; readonly bytes: Uint8Array; readonly from: Endpoint }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'requested'; readonly command: Command }

interface RecordedCall {
  readonly call: CoreCall
  readonly now: number
}

export class History {
  readonly #calls: RecordedCall[] = []
  readonly #ids: FamilyIds
  readonly #chance: Chance
  readonly #sockets: readonly Endpoint[]
  readonly #saved: readonly Contact[]
  #isReplayable = true

  /**
   * @param life - how many processes the host has started before, which selects the random stream
   */
  constructor(host: Host, life: number) {
    this.#ids = host.node.state().ids
    this.#chance = host.chance.branch('core', life)
    const sockets = ([4, 6] as const).map((family) => host.local(family))
    this.#sockets = sockets.filter((endpoint) => endpoint !== undefined)
    const { state } = host.disk
    this.#saved = state?.ids[4] === this.#ids[4] ? state.contacts : []
  }

  get length(): number {
    return this.#calls.length
  }

  /** Whether its calls are plain data. The goal of a lookup is an object that keeps the result. */
  get isReplayable(): boolean {
    return this.#isReplayable
  }

  add(event: ActingEvent, now: number): void {
    this.#calls.push({ call: callOf(event), now })
    if (event.kind === 'requested' && event.command.kind === 'lookup-goal') {
      this.#isReplayable = false
    }
  }

  /**
   * Replays all calls, the last one with other bytes if there are any. @returns the state after it
   */
  replayed(config: CoreConfig, bytes?: Uint8Array): CoreInspection {
    const random = this.#chance.branch().source
    const core = new NodeCore({ id: this.#ids, random }, config)
    for (const endpoint of this.#sockets) core.bound(endpoint)
    core.restore(this.#saved)
    const last = this.#calls.length - 1
    for (const [i, { call, now }] of this.#calls.entries()) {
      const isOther = i === last && bytes !== undefined && call.kind === 'received'
      makeCall(core, isOther ? { ...call, bytes } : call, now)
      // Hosts call `nextTimeout` after every step, and a core remembers what it returned.
      core.nextTimeout(now)
    }
    return core.inspect(this.#calls[last]?.now ?? 0)
  }
}

function callOf(event: ActingEvent): CoreCall {
  switch (event.kind) {
    case 'received':
      return { kind: 'received', bytes: event.packet.bytes.slice(), from: event.packet.from }
    case 'timeout':
      return { kind: 'timeout' }
    case 'requested':
      return { kind: 'requested', command: event.command }
  }
}

function makeCall(core: NodeCore, call: CoreCall, now: number): void {
  if (call.kind === 'received') core.receive(call.bytes, call.from, now)
  else if (call.kind === 'requested') core.start(call.command, now)
  else core.handleTimeout(now)
}
