// Clients of npm's package and of ours on the loopback, for tests that both must pass.

import { mainline } from '@dht/node'
import * as npm from 'bittorrent-dht'
import type { Client, ClientOptions } from '../../src/index.ts'
import * as ours from '../../src/index.ts'

/** What a package exports. */
export interface Kit {
  readonly name: 'npm' | 'ours'
  readonly exports: typeof ours
}

export const KITS: readonly Kit[] = [
  { name: 'npm', exports: npm as unknown as typeof ours },
  { name: 'ours', exports: ours },
]

export const LOOPBACK = '127.0.0.1'

/** Without a pace: these networks have so few nodes that each gets many queries. */
const nodeOptions = { network: { ...mainline, pace: { perSecond: 1e6, burst: 1e6 } } }

/** Makes clients, and destroys those that are left. */
export class World {
  readonly #kit: Kit
  readonly #clients: Client[] = []

  constructor(kit: Kit) {
    this.#kit = kit
  }

  /** A client that contacts nobody by itself. */
  make(options: ClientOptions = {}): Client {
    const client = new this.#kit.exports.Client({ bootstrap: false, nodeOptions, ...options })
    this.#clients.push(client)
    return client
  }

  /** A client that listens on the loopback. */
  async listening(options: ClientOptions = {}): Promise<Client> {
    const client = this.make(options)
    await new Promise<void>((done) => client.listen(0, LOOPBACK, done))
    return client
  }

  /** Clients that listen and have each other in their tables. */
  async friends(count: number, options: ClientOptions = {}): Promise<Client[]> {
    const clients: Client[] = []
    for (let n = 0; n < count; n++) clients.push(await this.listening(options))
    for (const client of clients) {
      for (const other of clients) if (other !== client) client.addNode(placeOf(other))
    }
    await Promise.all(clients.map((client) => until(() => client.nodes.count() === count - 1)))
    return clients
  }

  async close(): Promise<void> {
    const closing = this.#clients.map((client) => new Promise<void>((done) => client.destroy(done)))
    await Promise.all(closing)
  }
}

/** Where a client listens. */
export function placeOf(client: Client): { host: string; port: number } {
  return { host: LOOPBACK, port: client.address().port }
}

/** Waits, as long as the test may last. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 5))
}

/** What a callback was called with. */
export function answer<A extends unknown[]>(
  call: (callback: (...args: A) => void) => unknown,
): Promise<A> {
  return new Promise((done) => {
    call((...args) => done(args))
  })
}

/** The first event of that name. */
export function next(
  client: Client,
  event: 'close' | 'error' | 'listening' | 'node' | 'ready' | 'warning' | 'peer' | 'announce',
): Promise<unknown[]> {
  return new Promise((done) => {
    client.once(event, (...args: unknown[]) => done(args))
  })
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}
