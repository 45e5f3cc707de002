// Sends as many queries as it can, and fills stores with valid tokens: under targets that others
// look up, and under random ones.

import { type Id, randomId } from '@dht/id'
import { type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

/** Fifty packets per second. */
const SENT_PER_ACT = 25

class Flooder extends AdversaryProcess {
  override readonly intervalMs = 500
  readonly #asked = new Map<string, Id>()

  override act(): void {
    this.contactHonest()
    this.#asked.clear()
    const honest = this.group.sampleHonest(SENT_PER_ACT, this.chance)
    for (let i = 0; i < SENT_PER_ACT && honest.length > 0; i++) {
      const to = honest[i % honest.length] as Endpoint
      const target = this.#target()
      const transactionId = this.chance.bytes(4)
      const method = this.chance.happens(0.5) ? 'get_peers' : 'find_node'
      if (method === 'get_peers') this.#asked.set(nameOf(transactionId, to), target)
      this.send(this.query({ method, target }, transactionId), to)
    }
  }

  override onResponse({ token, transactionId }: Response, from: Endpoint): void {
    const target = this.#asked.get(nameOf(transactionId, from))
    if (token === undefined || target === undefined) return
    this.send(this.query({ method: 'announce_peer', target, token }), from)
  }

  #target(): Id {
    const wanted = this.group.sampleTarget(this.chance)
    if (wanted !== undefined && this.chance.happens(0.5)) return wanted
    return randomId(this.protocol.idLength, this.chance.source)
  }
}

function nameOf(transactionId: Uint8Array, to: Endpoint): string {
  return `${String(transactionId)} ${formatEndpoint(to)}`
}

export const flooder: Adversary = adversaryOf(
  { name: 'flooder', summary: 'sends fifty queries a second and fills stores with valid tokens' },
  Flooder,
)
