// One step of an honest core, as invariants see it: the input, what the core sent, and its state
// before and after. It is created once for all invariants, because inspecting a core is the
// expensive part of a check.

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
  /** The message that arrived; undefined: the step was a timeout or a command. */
  readonly received: (Message | Malformed) | undefined
  readonly sent: readonly SentDatagram[]
  /** State after the step before; undefined: it was not inspected, or there was none. */
  readonly before: CoreInspection | undefined
  /** State after this step; undefined: it was not inspected. */
  readonly after: CoreInspection | undefined
}

/** @param looks - the states before and after; undefined for one that was not inspected */
export function coreStep(
  world: World,
  event: ActingEvent,
  looks: Pick<CoreStep, 'before' | 'after'>,
): CoreStep {
  const host = world.hosts[event.host] as Host
  const { protocol } = host
  const received = event.kind === 'received' ? decodedCopy(event.packet.bytes, protocol) : undefined
  const sent = event.effects.flatMap((effect) => {
    if (effect.kind !== 'send') return []
    const { bytes, endpoint: to } = effect
    return [{ bytes, to, message: decodedCopy(bytes, protocol) }]
  })
  return { world, host, event, now: host.now, received, sent, ...looks }
}

/** Decodes a copy, because the fields of a message are views of its bytes. */
function decodedCopy(bytes: Uint8Array, protocol: Protocol): Message | Malformed {
  return decodeMessage(bytes.slice(), protocol)
}

/** Whether a message is a query, also one that is malformed. */
export function isQuery(message: Message | Malformed): boolean {
  return message.kind === 'query' || (message.kind === 'malformed' && message.isQuery)
}
