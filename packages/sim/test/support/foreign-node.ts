// A node of somebody else's making on a simulated host: the DHT of WebTorrent, as its users get it,
// but for its socket, its time and its chance, which are the host's.

import { createHash } from 'node:crypto'
import { type Id, idKey, idView } from '@dht/id'
import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { type Host, NO_EFFECTS, type Process } from '@dht/sim'
import { Client, type Place } from 'bittorrent-dht'
import { BorrowedGlobals } from './borrowed-globals.ts'
import { VirtualDgram } from './virtual-dgram.ts'

/** What its `Date.now` shows when the host's clock shows 0, ms: some day. */
const EPOCH_MS = Date.UTC(2026, 0, 1)
const SECRET_BYTES = 20

/** A lookup, or a lookup and the writes after it. */
export interface ForeignOperation {
  isOver: boolean
  /** Nodes that answered, or accepted. */
  count: number
  failure: Error | undefined
}

export class ForeignNode implements Process {
  readonly id: Id
  readonly warnings: string[] = []
  readonly #host: Host
  readonly #globals: BorrowedGlobals
  readonly #dgram: VirtualDgram
  readonly #client: Client
  /** What it has found, as `address:port`, by target. */
  readonly #found = new Map<string, Set<string>>()
  /** What others have written to it, likewise. */
  readonly #written = new Map<string, Set<string>>()

  /** Runs one on `host` that is told of `bootstrap`. */
  constructor(host: Host, id: Id, bootstrap: readonly Endpoint[]) {
    this.id = id
    this.#host = host
    this.#globals = new BorrowedGlobals(() => EPOCH_MS + host.now, host.chance.branch('foreign'))
    this.#dgram = new VirtualDgram(host)
    host.run(this)
    this.#client = this.#enter(() => this.#begin(bootstrap))
  }

  /** Whether it has looked for its neighbours. */
  get isReady(): boolean {
    return this.#client.ready
  }

  /** Ids of those in its table. */
  get known(): readonly Id[] {
    return this.#client.nodes.toArray().map(({ id }) => idView(Uint8Array.from(id)))
  }

  /** What it has found under a target so far, as `address:port`. */
  found(target: Id): string[] {
    return [...(this.#found.get(idKey(target)) ?? [])].sort()
  }

  /** What others have written to it under a target so far, as `address:port`. */
  writtenAt(target: Id): string[] {
    return [...(this.#written.get(idKey(target)) ?? [])].sort()
  }

  lookup(target: Id): ForeignOperation {
    this.#found.delete(idKey(target))
    return this.#observer((done) => this.#client.lookup(target, done))
  }

  /** @param port - default: the one that it sends from, and others are to see that themselves */
  announce(target: Id, port = 0): ForeignOperation {
    return this.#observer((done) => this.#client.announce(target, port, done))
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
    })
    client.on('error', (error) => {
      throw error
    })
    client.on('warning', ({ message }) => void this.warnings.push(message))
    client.on('peer', (peer, target) => note(this.#found, peer, target))
    client.on('announce', (peer, target) => note(this.#written, peer, target))
    client.listen(this.#host.endpoint.port)
    return client
  }

  #observer(begin: (done: (error: Error | null, count: number) => void) => void): ForeignOperation {
    const observer: ForeignOperation = { isOver: false, count: 0, failure: undefined }
    this.#enter(() =>
      begin((error, count) => {
        Object.assign(observer, { isOver: true, count: count ?? 0, failure: error ?? undefined })
      }),
    )
    return observer
  }

  /** Its user calls. */
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
 * SHA-1 of what is hashed for a token, an address and a secret. Secrets it draws from the machine:
 * how many came before takes the place of each.
 */
function seededHash(id: Id): (bytes: Uint8Array) => Uint8Array {
  const secrets: string[] = []
  return (bytes) => {
    const secret = Buffer.from(bytes.subarray(-SECRET_BYTES)).toString('hex')
    if (!secrets.includes(secret)) secrets.push(secret)
    const address = bytes.subarray(0, -SECRET_BYTES)
    const place = String(secrets.indexOf(secret))
    return createHash('sha1').update(id).update(address).update(place).digest()
  }
}
