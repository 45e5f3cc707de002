// Answers pings, so that it is known, and is silent about all else.

import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

class Silent extends AdversaryProcess {
  override respond(query: Query): Uint8Array | undefined {
    return query.method === 'ping' ? this.reply(query) : undefined
  }
}

export const silent: Adversary = adversaryOf(
  { name: 'silent', summary: 'answers pings and nothing else' },
  Silent,
)
