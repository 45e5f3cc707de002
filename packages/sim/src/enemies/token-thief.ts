// Wants to write without leave: with tokens that a fellow was given, with its own when they are
// old or for something else, and with forged ones. Every write is one that must be refused.

import { type Id, randomId } from '@dht/id'
import { type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import { type Enemy, enemyOf, type Seat } from './enemy.ts'
import { Impostor } from './impostor.ts'

/** Loot kept, the oldest given up first. */
const KEPT = 512
/** Two rotations of the write tokens, ms. */
const OLD_MS = 600_000
const ASKED_PER_TURN = 4
const TOKEN_BYTES = 8

interface Loot {
  readonly token: Uint8Array
  readonly target: Id
  readonly from: Endpoint
  /** Whose address it was given to. */
  readonly owner: TokenThief
  readonly at: number
}

const loots = new WeakMap<Seat['gang'], Loot[]>()

class TokenThief extends Impostor {
  override readonly paceMs = 2_000
  /** What was asked of whom, by transaction and endpoint. */
  readonly #asked = new Map<string, Id>()
  readonly #loot: Loot[]

  constructor(seat: Seat) {
    super(seat)
    const loot = loots.get(seat.gang) ?? []
    loots.set(seat.gang, loot)
    this.#loot = loot
  }

  override turn(now: number): void {
    this.mingle()
    this.#asked.clear()
    for (const to of this.gang.some(ASKED_PER_TURN, this.chance)) {
      const target = this.gang.someTarget(this.chance) ?? this.contact.id
      const transactionId = this.chance.bytes(4)
      this.#asked.set(nameOf(transactionId, to), target)
      this.send(this.query({ method: 'get_peers', target }, transactionId), to)
      this.#write({ target, token: this.chance.bytes(TOKEN_BYTES) }, to)
    }
    for (const loot of this.chance.sample(this.#loot, ASKED_PER_TURN)) this.#abuse(loot, now)
  }

  override answered({ token, transactionId }: Response, from: Endpoint, at: number): void {
    const target = this.#asked.get(nameOf(transactionId, from))
    if (token === undefined || target === undefined) return
    if (this.#loot.length >= KEPT) this.#loot.shift()
    this.#loot.push({ token: token.slice(), target, from, owner: this, at })
  }

  /** A token that is another's, or old, or for something else. */
  #abuse({ token, target, from, owner, at }: Loot, now: number): void {
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

export const tokenThief: Enemy = enemyOf(
  { name: 'token-thief', summary: 'writes with stolen, old and forged tokens' },
  TokenThief,
)
