// Sends random bytes and damaged messages, as replies and unasked.

import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const MOST_BYTES = 1_400
const SENT_PER_ACT = 10

class Garbage extends AdversaryProcess {
  override readonly intervalMs = 1_000

  override respond(query: Query): Uint8Array {
    if (query.method === 'ping') return this.reply(query)
    return this.#damaged(this.honestReply(query))
  }

  override act(): void {
    this.contactHonest()
    for (const each of this.group.sampleHonest(SENT_PER_ACT, this.chance)) {
      this.send(this.#damaged(this.query({ method: 'ping' })), each)
    }
  }

  #damaged(message: Uint8Array): Uint8Array {
    if (this.chance.happens(0.5)) return this.chance.bytes(this.chance.below(MOST_BYTES))
    const bytes = message.slice(0, this.chance.between(1, message.length))
    const at = this.chance.below(bytes.length)
    bytes[at] = this.chance.below(256)
    return bytes
  }
}

export const garbage: Adversary = adversaryOf(
  { name: 'garbage', summary: 'sends random bytes and damaged messages' },
  Garbage,
)
