// A node of another implementation on a simulated host: the DHT of WebTorrent as it is published.
// Only its socket, its clock and its randomness are those of the host.

import { createHash } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { type Id, idKey, idView } from '@dht/id'
import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { nobleCrypto } from '@dht/node/core'
import { type Host, NO_EFFECTS, type Process } from '@dht/sim'
import { Client, type Item, type NewItem, type Place } from 'bittorrent-dht'
import { BorrowedGlobals } from './borrowed-globals.ts'
import { VirtualDgram } from './virtual-dgram.ts'

/** What its `Date.now` returns when the host's clock shows 0, ms. Any date will do. */
const EPOCH_MS = Date.UTC(2026, 0, 1)
const SECRET_BYTES = 20

/** A lookup, or a lookup and the writes after it. */
export interface ForeignOperation {
  isOver: boolean
  /** Number of nodes that responded or accepted. */
  count: number
  failure: Error | undefined
}

/** A lookup of an item. */
export interface ForeignGet extends ForeignOperation {
  item: Item | undefined
}

export class ForeignNode implements Process {
  readonly id: Id
  readonly warnings: string[] = []
  readonly #host: Host
  readonly #globals: BorrowedGlobals
  readonly #dgram: VirtualDgram
  readonly #client: Client
  /** The peers it has found, as `address:port`, by target. */
  readonly #found = new Map<string, Set<string>>()
  /** The peers that others have announced to it, as `address:port`, by target. */
  readonly #written = new Map<string, Set<string>>()
  /** How often others have put an item, by target. */
  readonly #puts = new Map<string, number>()

  /** Runs a foreign node on `host` that bootstraps from `bootstrap`. */
  constructor(host: Host, id: Id, bootstrap: readonly Endpoint[]) {
    this.id = id
    this.#host = host
    this.#globals = new BorrowedGlobals(() => EPOCH_MS + host.now, host.chance.branch('foreign'))
    this.#dgram = new VirtualDgram(host)
    host.run(this)
    this.#client = this.#enter(() => this.#begin(bootstrap))
  }

  /** Whether it has looked up its own id. */
  get isReady(): boolean {
    return this.#client.ready
  }

  /** The ids in its table. */
  get known(): readonly Id[] {
    return this.#client.nodes.toArray().map(({ id }) => idView(Uint8Array.from(id)))
  }

  /** The peers it has found under a target so far, as `address:port`. */
  found(target: Id): string[] {
    return [...(this.#found.get(idKey(target)) ?? [])].sort()
  }

  /** The peers that others have announced to it under a target so far, as `address:port`. */
  writtenAt(target: Id): string[] {
    return [...(this.#written.get(idKey(target)) ?? [])].sort()
  }

  lookup(target: Id): ForeignOperation {
    this.#found.delete(idKey(target))
    return this.#operation((done) => this.#client.lookup(target, done))
  }

  /** @param port - default: the port that its packets come from */
  announce(target: Id, port = 0): ForeignOperation {
    return this.#operation((done) => this.#client.announce(target, port, done))
  }

  /** How often others have put an item at it so far. */
  putsAt(target: Id): number {
    return this.#puts.get(idKey(target)) ?? 0
  }

  put(item: NewItem): ForeignOperation {
    return this.#operation((done) => {
      this.#client.put(item, (error, _key, count) => done(error, count))
    })
  }

  /** @param salt - of a mutable item, which responses don't have */
  get(target: Id, salt?: Uint8Array): ForeignGet {
    const options = { cache: false, ...(salt !== undefined && { salt }) } as const
    const get: ForeignGet = { isOver: false, count: 0, failure: undefined, item: undefined }
    this.#enter(() =>
      this.#client.get(target, options, (error, item) => {
        const found = { item: item ?? undefined, failure: error ?? undefined }
        Object.assign(get, { isOver: true, ...found })
      }),
    )
    return get
  }

  receive(bytes: Uint8Array, from: Endpoint): typeof NO_EFFECTS {
    this.#globals.lendTo(() => this.#dgram.receive(bytes, from))
    return NO_EFFECTS
  }

  handleTimeout(): typeof NO_EFFECTS {
    this.#globals.ring()
    return NO_EFFECTS
  }

  nextTimeout(): number | undefined {
    const { nextAt } = this.#globals
    return nextAt === undefined ? undefined : nextAt - EPOCH_MS
  }

  #begin(bootstrap: readonly Endpoint[]): Client {
    const places = bootstrap.map(({ address: host, port }) => ({ host, port }))
    const client = new Client({
      nodeId: this.id,
      bootstrap: places,
      socket: this.#dgram,
      hash: seededHash(this.id),
      verify: (sig, bytes, key) => nobleCrypto.verify(key, bytes, sig),
    })
    client.on('error', (error) => {
      throw error
    })
    client.on('warning', ({ message }) => void this.warnings.push(message))
    client.on('peer', (peer, target) => note(this.#found, peer, target))
    client.on('announce', (peer, target) => note(this.#written, peer, target))
    client.on('put', (target) => {
      const key = idKey(idView(target))
      this.#puts.set(key, (this.#puts.get(key) ?? 0) + 1)
    })
    client.listen(this.#host.endpoint.port)
    return client
  }

  #operation(
    begin: (done: (error: Error | null, count: number) => void) => void,
  ): ForeignOperation {
    const operation: ForeignOperation = { isOver: false, count: 0, failure: undefined }
    this.#enter(() =>
      begin((error, count) => {
        Object.assign(operation, { isOver: true, count: count ?? 0, failure: error ?? undefined })
      }),
    )
    return operation
  }

  /** Calls a method of the client, as its user would. */
  #enter<T>(call: () => T): T {
    const result = this.#globals.lendTo(call)
    this.#host.rearm()
    return result
  }
}

function note(notes: Map<string, Set<string>>, { host, port }: Place, target: Uint8Array): void {
  const key = idKey(idView(target))
  const all = notes.get(key) ?? new Set()
  notes.set(key, all.add(formatEndpoint(endpoint(host, port))))
}

/**
 * SHA-1, except for write tokens, which the client computes from an address and a secret. The
 * client draws its secrets from the machine's randomness, so the number of the secret is hashed in
 * place of the secret.
 */
function seededHash(id: Id): (bytes: Uint8Array) => Uint8Array {
  const secrets: string[] = []
  return (bytes) => {
    const address = bytes.subarray(0, -SECRET_BYTES)
    if (!isIPv4(Buffer.from(address).toString('latin1'))) {
      return createHash('sha1').update(bytes).digest()
    }
    const secret = Buffer.from(bytes.subarray(-SECRET_BYTES)).toString('hex')
    if (!secrets.includes(secret)) secrets.push(secret)
    const place = String(secrets.indexOf(secret))
    return createHash('sha1').update(id).update(address).update(place).digest()
  }
}
