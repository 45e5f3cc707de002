// The invariant that our nodes treat a node of another implementation correctly: they respond to
// each query that can be decoded, with the fields of its method, and send no more bytes and pings
// than to any other node.

import { endpointKey, type Malformed, type Message, type Query, type Response } from '@dht/krpc'
import type { CoreStep, Host, Invariant } from '@dht/sim'

const MINUTE_MS = 60_000
/** Maximum bytes of a reply for each byte of its query (SECURITY.md), and a little for rounding. */
const MOST_BACK = {
  ping: 1.5,
  find_node: 4.4,
  get_peers: 10.2,
  announce_peer: 1.3,
  get: 16.3,
  put: 1,
  sample_infohashes: 7.5,
} as const
/** Pings to one address in a minute: the bound of AMP-4. */
const MOST_PINGS = 100

type Method = keyof typeof MOST_BACK
type SentDatagram = CoreStep['sent'][number]

export class ForeignNodeInvariant implements Invariant {
  readonly name = 'foreign node'
  /** Queries of the foreign node that were responded to, by method. */
  readonly responded: Record<Method, number> = {
    ping: 0,
    find_node: 0,
    get_peers: 0,
    announce_peer: 0,
    get: 0,
    put: 0,
    sample_infohashes: 0,
  }
  readonly #foreignHost: Host
  /** By sender and minute: how many pings the foreign node got. */
  readonly #pings = new Map<string, number>()

  /** @param foreignHost - the host of the foreign node */
  constructor(foreignHost: Host) {
    this.#foreignHost = foreignHost
  }

  afterStep(step: CoreStep): readonly string[] {
    const { event, received, sent } = step
    const found = this.#pinged(step)
    if (event.kind !== 'received' || event.packet.sender !== this.#foreignHost.number) return found
    const replies = sent.filter(({ message }) => message.kind !== 'query')
    return [...found, ...this.#checkReplies(received, replies, event.packet.bytes.length)]
  }

  #checkReplies(
    received: Message | Malformed | undefined,
    replies: readonly SentDatagram[],
    length: number,
  ): string[] {
    if (received === undefined || received.kind === 'malformed')
      return ['SIM-I1: its message is malformed']
    if (received.kind !== 'query') return []
    const [reply] = replies
    if (received.method === 'unknown' || received.method === 'withdraw_peer') {
      return ['SIM-I1: a query with an unknown method']
    }
    if (reply?.message.kind !== 'response') return [`SIM-I1: no response to its ${received.method}`]
    const found = missingIn(received, reply.message)
    if (reply.bytes.length > MOST_BACK[received.method] * length) {
      found.push(`AMP-1: ${reply.bytes.length} bytes for ${length} of its ${received.method}`)
    }
    if (found.length === 0) this.responded[received.method]++
    return found
  }

  #pinged({ host, sent, now }: CoreStep): string[] {
    const to = endpointKey(this.#foreignHost.endpoint)
    const name = `${host.number} ${Math.floor(now / MINUTE_MS)}`
    for (const { message, to: receiver } of sent) {
      const isPing = message.kind === 'query' && message.method === 'ping'
      if (isPing && endpointKey(receiver) === to) {
        this.#pings.set(name, (this.#pings.get(name) ?? 0) + 1)
      }
    }
    return (this.#pings.get(name) ?? 0) > MOST_PINGS ? ['AMP-4: too many pings'] : []
  }
}

/** What is missing in a response. */
function missingIn({ method, transactionId }: Query, response: Response): string[] {
  const found: string[] = []
  if (String(response.transactionId) !== String(transactionId))
    found.push('SIM-I1: a response to another query')
  const names = response.nodes !== undefined
  const isGet = method === 'get_peers' || method === 'get'
  if ((method === 'find_node' || method === 'get') && !names)
    found.push('SIM-I1: a response without nodes')
  if (method === 'get_peers' && !names && response.values === undefined) {
    found.push('SIM-I1: a response without peers or nodes')
  }
  if (isGet && response.token === undefined) {
    found.push('SIM-I1: a response without a token')
  }
  return found
}
