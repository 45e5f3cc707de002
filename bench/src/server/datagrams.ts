// The datagrams that the load sends: made once, by npm bencode and not by the codec that is
// measured.

import { randomBytes } from 'node:crypto'
import bencode from 'bencode'
import type { Method, NetworkName } from './protocol.ts'

/** Different targets that each source asks for, in turns. */
const TARGETS = 8

/** Identities that are announced; every source announces one of them. */
const ANNOUNCED = 64

const widths = { mainline: 20, dht256: 32 } as const
const announced = {
  mainline: Array.from({ length: ANNOUNCED }, () => randomBytes(widths.mainline)),
  dht256: Array.from({ length: ANNOUNCED }, () => randomBytes(widths.dht256)),
}

/** The queries of one source. */
export class Script {
  readonly #network: NetworkName
  readonly #id: Buffer
  readonly #announced: Buffer
  readonly #datagrams: Record<Method, Buffer[]>
  #turn = 0

  constructor(network: NetworkName, index: number) {
    this.#network = network
    this.#id = randomBytes(widths[network])
    this.#announced = announced[network][index % ANNOUNCED] as Buffer
    const targets = Array.from({ length: TARGETS }, () => randomBytes(widths[network]))
    this.#datagrams = {
      ping: [this.#query('ping')],
      find_node: targets.map((target) => this.#query('find_node', { target })),
      get_peers: targets.map((target) => this.#query('get_peers', { info_hash: target })),
      announce_peer: [],
    }
    // Until a server has given a token, for a server that checks none.
    this.hold(new Uint8Array(8))
  }

  /** Asks for the token that the announces of this source need. */
  get request(): Buffer {
    return this.#query('get_peers', { info_hash: this.#announced })
  }

  /** Announces with this token from now on. */
  hold(token: Uint8Array): void {
    const announce = { implied_port: 0, info_hash: this.#announced, port: 6881, token }
    this.#datagrams.announce_peer = [this.#query('announce_peer', announce)]
  }

  next(method: Method): Buffer {
    const datagrams = this.#datagrams[method]
    return datagrams[this.#turn++ % datagrams.length] as Buffer
  }

  /** The reply to a ping: a node that is asked whether it lives says so. */
  pong(transactionId: Uint8Array): Uint8Array {
    return bencode.encode({ ...this.#key, r: { id: this.#id }, t: transactionId, y: 'r' })
  }

  get #key(): { readonly n?: string } {
    return this.#network === 'dht256' ? { n: this.#network } : {}
  }

  #query(method: Method, rest: Readonly<Record<string, Uint8Array | number>> = {}): Buffer {
    const a = { id: this.#id, ...rest }
    const query = { a, ...this.#key, q: method, t: randomBytes(2), y: 'q' }
    return Buffer.from(bencode.encode(query))
  }
}
