// Sends queries with forged sender addresses, so that others receive the replies: bystanders, which
// don't belong to the network, and honest nodes. Uses the methods with the longest replies.

import { type Id, randomId } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import { endpoint } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const SENT_PER_ACT = 10
const BYSTANDER_PORT = 4_444

/** The forged sender that stands for a bystander. No host has that address. */
export const BYSTANDER: Endpoint = endpoint('150.255.0.1', BYSTANDER_PORT)

class Spoofer extends AdversaryProcess {
  override readonly intervalMs = 1_000

  override act(): void {
    this.contactHonest()
    for (const to of this.group.sampleHonest(SENT_PER_ACT, this.chance)) {
      const [other = BYSTANDER] = this.group.sampleHonest(1, this.chance)
      const from = this.chance.happens(0.5) ? BYSTANDER : other
      this.world.network.inject({ bytes: this.#forgedQuery(), from, to })
    }
  }

  /** A query with a random id. */
  #forgedQuery(): Uint8Array {
    const anyId = (): Id => randomId(this.protocol.idLength, this.chance.source)
    const target = this.group.sampleTarget(this.chance) ?? anyId()
    const method = this.chance.pick(['find_node', 'get_peers', 'get_peers'] as const)
    return this.query({ method, target }, this.chance.bytes(1), anyId())
  }
}

export const spoofer: Adversary = adversaryOf(
  { name: 'spoofer', summary: 'sends queries with forged senders: bystanders and honest nodes' },
  Spoofer,
)
