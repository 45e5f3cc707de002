// What a round of publishing looks up and writes. The round itself knows neither.

import type { Contact } from '@dht/krpc'
import { writeTokens } from '../lookups/goals/write-tokens.ts'
import type { LookupGoal } from '../lookups/lookup-goal.ts'
import type { QueryContent } from '../queries/query-content.ts'
import type { Announced } from './announced.ts'

export interface Publication {
  /** The lookup of the nodes to write to; a response to its query brings the token. */
  readonly goal: LookupGoal
  /** The write to one of them, with the token that it gave. */
  writeTo(contact: Contact, token: Uint8Array): QueryContent
  /** Whether that node is written to; absent: every one that gave a token is. */
  isWanted?(contact: Contact): boolean
  /** Whether a refusal with that code means that the node has already what is written. */
  isStoredAt?(contact: Contact, code: number): boolean
}

/** The publication of an endpoint of this node. BEP 5. */
export function peerPublication(announced: Announced): Publication {
  const { target, port, impliedPort, seed } = announced
  return {
    goal: writeTokens(announced),
    writeTo: (_contact, token) => ({
      method: 'announce_peer',
      target,
      port,
      impliedPort,
      seed,
      token,
    }),
  }
}
