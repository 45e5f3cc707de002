// One step of an honest core as checkers see it: what it was told, what it said, and how it stands
// afterwards. Made once for all checkers, for looking at a core is what judging costs.

import {
  decodeMessage,
  type Endpoint,
  type Malformed,
  type Message,
  type Network as Protocol,
} from '@dht/krpc'
import type { NodeCore } from '@dht/node/core'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

export type CoreInspection = ReturnType<NodeCore['inspect']>

/** Events in which a core may act. */
export type ActingEvent = Extract<WorldEvent, { readonly effects: unknown }>

export interface SentDatagram {
  readonly bytes: Uint8Array
  readonly to: Endpoint
  readonly message: Message | Malformed
}

export interface CoreStep {
  readonly world: World
  readonly host: Host
  readonly event: ActingEvent
  /** The host's clock, ms. */
  readonly now: number
  /** What it was told; undefined: it was woken, or wished something. */
  readonly received: (Message | Malformed) | undefined
  readonly sent: readonly SentDatagram[]
  /** How it stood after the step before; undefined: nobody looked, or there was none. */
  readonly before: CoreInspection | undefined
  /** How it stands; undefined: nobody looked. */
  readonly after: CoreInspection | undefined
}

/** @param looks - undefined for those not taken */
export function coreStep(
  world: World,
  event: ActingEvent,
  looks: Pick<CoreStep, 'before' | 'after'>,
): CoreStep {
  const host = world.hosts[event.host] as Host
  const { protocol } = world
  const received = event.kind === 'received' ? decodedCopy(event.packet.bytes, protocol) : undefined
  const sent = event.effects.flatMap((effect) => {
    if (effect.kind !== 'send') return []
    const { bytes, endpoint: to } = effect
    return [{ bytes, to, message: decodedCopy(bytes, protocol) }]
  })
  return { world, host, event, now: host.now, received, sent, ...looks }
}

/** What is read of a message are views of its bytes. */
function decodedCopy(bytes: Uint8Array, protocol: Protocol): Message | Malformed {
  return decodeMessage(bytes.slice(), protocol)
}

/** Whether a message is a query, if only one that can't be read. */
export function isQuery(message: Message | Malformed): boolean {
  return message.kind === 'query' || (message.kind === 'malformed' && message.isQuery)
}
