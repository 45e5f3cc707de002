// Writes without permission: with tokens that were given to another member of its group, with its
// own tokens when they have expired or for another target, and with forged ones. Honest nodes must
// reject all these writes.

import { type Id, randomId } from '@dht/id'
import { type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import { type Adversary, type AdversaryInit, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

/** Maximum number of tokens kept; the oldest is dropped first. */
const KEPT = 512
/** Two rotations of the write tokens, ms. */
const OLD_MS = 600_000
const QUERIES_PER_ACT = 4
const TOKEN_BYTES = 8

interface CollectedToken {
  readonly token: Uint8Array
  readonly target: Id
  readonly from: Endpoint
  /** The member of the group that received the token. */
  readonly owner: TokenThief
  readonly at: number
}

const tokensByGroup = new WeakMap<AdversaryInit['group'], CollectedToken[]>()

class TokenThief extends AdversaryProcess {
  override readonly intervalMs = 2_000
  /** Target of each open query, by transaction id and endpoint. */
  readonly #asked = new Map<string, Id>()
  readonly #tokens: CollectedToken[]

  constructor(init: AdversaryInit) {
    super(init)
    const tokens = tokensByGroup.get(init.group) ?? []
    tokensByGroup.set(init.group, tokens)
    this.#tokens = tokens
  }

  override act(now: number): void {
    this.contactHonest()
    this.#asked.clear()
    for (const to of this.group.sampleHonest(QUERIES_PER_ACT, this.chance)) {
      const target = this.group.sampleTarget(this.chance) ?? this.contact.id
      const transactionId = this.chance.bytes(4)
      this.#asked.set(nameOf(transactionId, to), target)
      this.send(this.query({ method: 'get_peers', target }, transactionId), to)
      this.#write({ target, token: this.chance.bytes(TOKEN_BYTES) }, to)
    }
    for (const collected of this.chance.sample(this.#tokens, QUERIES_PER_ACT))
      this.#misuse(collected, now)
  }

  override onResponse({ token, transactionId }: Response, from: Endpoint, at: number): void {
    const target = this.#asked.get(nameOf(transactionId, from))
    if (token === undefined || target === undefined) return
    if (this.#tokens.length >= KEPT) this.#tokens.shift()
    this.#tokens.push({ token: token.slice(), target, from, owner: this, at })
  }

  /**
   * Writes with a token that was given to another member, has expired, or is for another target.
   */
  #misuse({ token, target, from, owner, at }: CollectedToken, now: number): void {
    const isMine = owner === this && now - at <= OLD_MS
    const other = randomId(this.protocol.idLength, this.chance.source)
    this.#write({ target: isMine ? other : target, token }, from)
  }

  #write(what: { readonly target: Id; readonly token: Uint8Array }, to: Endpoint): void {
    this.send(this.query({ method: 'announce_peer', ...what }), to)
  }
}

function nameOf(transactionId: Uint8Array, to: Endpoint): string {
  return `${String(transactionId)} ${formatEndpoint(to)}`
}

export const tokenThief: Adversary = adversaryOf(
  { name: 'token-thief', summary: 'writes with tokens of others, expired tokens and forged ones' },
  TokenThief,
)
