// announce_peer of Mainline, in which a peer also says whether it is a seed. BEP 5, BEP 33.

import { flagField } from '../fields/flag.ts'
import { type AnnouncePeerQuery, announcePeerDefinition } from './announce-peer.ts'
import { defineMethod, type Method } from './method.ts'

/** Stores the sender's address under `target`. The response has nothing but an id. */
export interface MainlineAnnouncePeerQuery extends AnnouncePeerQuery {
  /** Whether the peer has all of the content. */
  readonly seed?: boolean | undefined
}

export const mainlineAnnouncePeer: Method<MainlineAnnouncePeerQuery, object> = defineMethod<
  MainlineAnnouncePeerQuery,
  object
>({
  ...announcePeerDefinition,
  arguments: { ...announcePeerDefinition.arguments, seed: flagField('seed') },
})
