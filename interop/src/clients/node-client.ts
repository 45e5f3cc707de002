// A client that runs many DHT nodes in one process and takes orders by JSON lines (`remote.ts`).
// Each such program understands these requests, as far as its client can do what they ask.

import { endpointText } from '../network/addresses.ts'
import type { Remote } from '../process/remote.ts'

/** What is to be started, and why it can't be on this machine. */
export interface NodeClient {
  readonly name: string
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** @returns why the client can't run here, if it can't */
  missing(): Promise<string | undefined>
}

export interface NodePlace {
  /** One address, or one of each family. */
  readonly addresses: readonly string[]
  readonly port: number
  /** Endpoints of the nodes that it knows from the start. */
  readonly bootstrap: readonly string[]
  /** Settings in the client's own words. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** One node of a client. */
export class TestNode {
  readonly client: string
  readonly endpoints: readonly string[]
  readonly #remote: Remote
  readonly #node: number

  private constructor(client: string, place: NodePlace, remote: Remote, node: number) {
    this.client = client
    this.endpoints = place.addresses.map((address) => endpointText(address, place.port))
    this.#remote = remote
    this.#node = node
  }

  static async add(client: string, remote: Remote, place: NodePlace): Promise<TestNode> {
    return new TestNode(client, place, remote, await remote.ask<number>('add', place))
  }

  /** The number of contacts in its tables. */
  contacts(): Promise<number> {
    return this.ask('contacts')
  }

  /** Announces its own port under an info hash. */
  announce(infohash: string, options: { readonly seed?: boolean } = {}): Promise<void> {
    return this.ask('announce', { infohash, ...options })
  }

  /** The endpoints that it finds under an info hash. */
  find(infohash: string): Promise<readonly string[]> {
    return this.ask('find', { infohash })
  }

  ask<Result>(method: string, params: object = {}): Promise<Result> {
    return this.#remote.ask<Result>(method, { node: this.#node, ...params })
  }
}
