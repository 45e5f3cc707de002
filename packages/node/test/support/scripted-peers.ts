// Peers of one node under test, controlled by a script: they name no contacts, respond to every
// query as soon as they may, and give tokens. The sockets of the node are connected to them.

import {
  type Contact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  formatEndpoint,
  type Network,
  type Transport,
  type TransportHandlers,
} from '@dht/krpc'

const TOKEN = Uint8Array.of(7, 7, 7, 7)

export class ScriptedPeers {
  /** Sockets started and not closed. */
  open = 0
  readonly #network: Network
  readonly #byEndpoint: ReadonlyMap<string, Contact>
  #held: (() => void)[] | undefined

  constructor(network: Network, peers: readonly Contact[]) {
    this.#network = network
    this.#byEndpoint = new Map(peers.map((peer) => [formatEndpoint(peer.endpoint), peer]))
  }

  /** From here on no peer responds until `release`. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const answer of held) answer()
  }

  transport(local: Endpoint): Transport {
    let handlers: TransportHandlers | undefined
    return {
      family: local.family,
      start: async (given) => {
        handlers = given
        this.open++
        return local
      },
      send: (batch) => {
        for (const { bytes, endpoint } of batch) {
          const answer = this.#answerTo(bytes, endpoint)
          if (answer === undefined) continue
          const arrive = (): void => handlers?.received([{ bytes: answer, endpoint }])
          if (this.#held === undefined) queueMicrotask(arrive)
          else this.#held.push(arrive)
        }
      },
      close: async () => {
        if (handlers !== undefined) this.open--
        handlers = undefined
      },
    }
  }

  #answerTo(bytes: Uint8Array, to: Endpoint): Uint8Array | undefined {
    const peer = this.#byEndpoint.get(formatEndpoint(to))
    const query = decodeMessage(bytes, this.#network)
    if (peer === undefined || query.kind !== 'query') return undefined
    // Bytes that are kept must be copied.
    const transactionId = query.transactionId.slice()
    const response = { kind: 'response', transactionId, id: peer.id, token: TOKEN } as const
    return encodeMessage(response, this.#network)
  }
}
