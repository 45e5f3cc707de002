// announce_peer: the sender is a peer for this info hash and can be reached at this port. BEP 5.

import type { Id } from '@dht/id'
import { required } from '../fields/field.ts'
import { flagField } from '../fields/flag.ts'
import { idField } from '../fields/id.ts'
import { portField } from '../fields/port.ts'
import { tokenField } from '../fields/token.ts'
import type { QueryHead } from '../message/envelope.ts'
import { defineMethod, type Method, type MethodDefinition } from './method.ts'

/** Stores the sender's address under `target`. The response has nothing but an id. BEP 5. */
export interface AnnouncePeerQuery extends QueryHead {
  readonly method: 'announce_peer'
  /** `info_hash` on the wire. */
  readonly target: Id
  /**
   * Port to store, 1 to 65535. When `impliedPort` is set, the source port of the datagram is stored
   * instead, and a port that was absent or out of range reads as 0. It is never written as 0,
   * because several clients do not know `implied_port`.
   */
  readonly port: number
  readonly impliedPort: boolean
  /** The write token from the receiver's response to get_peers; at most 64 bytes. */
  readonly token: Uint8Array
}

/** What the methods of both networks have in common. */
export const announcePeerDefinition: MethodDefinition<AnnouncePeerQuery, object> = {
  name: 'announce_peer',
  arguments: {
    target: required(idField('info_hash')),
    port: required(portField),
    impliedPort: flagField('implied_port'),
    token: required(tokenField),
  },
  results: {},
  misfit: ({ port, impliedPort }) => (port !== 0 || impliedPort ? undefined : 'port'),
}

export const announcePeer: Method<AnnouncePeerQuery, object> = defineMethod(announcePeerDefinition)
