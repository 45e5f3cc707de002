// Responds to pings, so that nodes keep it in their tables, and to nothing else.

import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

class Silent extends AdversaryProcess {
  override respond(query: Query): Uint8Array | undefined {
    return query.method === 'ping' ? this.reply(query) : undefined
  }
}

export const silent: Adversary = adversaryOf(
  { name: 'silent', summary: 'responds to pings and to nothing else' },
  Silent,
)
