// What our nodes owe a node of another make: an answer to every question of its that can be read,
// in the form that its method asks for, and no more bytes and no more pings than anybody is sent.

import { endpointKey, type Malformed, type Message, type Query, type Response } from '@dht/krpc'
import type { CoreStep, Host, Rule } from '@dht/sim'

const MINUTE_MS = 60_000
/** Bytes back for each byte asked with, at most (SECURITY.md), with a little for rounding. */
const MOST_BACK = { ping: 1.3, find_node: 4.3, get_peers: 10.2, announce_peer: 1.3 } as const
/** Pings to one address in a minute: the bound of AMP-4. */
const MOST_PINGS = 100

type Method = keyof typeof MOST_BACK
type Letter = CoreStep['sent'][number]

export class Dealings implements Rule {
  readonly name = 'dealings'
  /** Questions of its that were answered, by method. */
  readonly answered: Record<Method, number> = {
    ping: 0,
    find_node: 0,
    get_peers: 0,
    announce_peer: 0,
  }
  readonly #guest: Host
  /** By who pings it, and the minute: how often. */
  readonly #pings = new Map<string, number>()

  /** @param guest - the host of the other make */
  constructor(guest: Host) {
    this.#guest = guest
  }

  afterStep(step: CoreStep): readonly string[] {
    const { event, heard, sent } = step
    const found = this.#pinged(step)
    if (event.kind !== 'received' || event.passage.sender !== this.#guest.number) return found
    const replies = sent.filter(({ message }) => message.kind !== 'query')
    return [...found, ...this.#answers(heard, replies, event.passage.bytes.length)]
  }

  #answers(
    heard: Message | Malformed | undefined,
    replies: readonly Letter[],
    length: number,
  ): string[] {
    if (heard === undefined || heard.kind === 'malformed') return ['SIM-I1: it is not understood']
    if (heard.kind !== 'query') return []
    const [reply] = replies
    if (heard.method === 'unknown' || heard.method === 'withdraw_peer') {
      return ['SIM-I1: a method of its that nobody knows']
    }
    if (reply?.message.kind !== 'response') return [`SIM-I1: no answer to its ${heard.method}`]
    const found = owed(heard, reply.message)
    if (reply.bytes.length > MOST_BACK[heard.method] * length) {
      found.push(`AMP-1: ${reply.bytes.length} bytes for ${length} of its ${heard.method}`)
    }
    if (found.length === 0) this.answered[heard.method]++
    return found
  }

  #pinged({ host, sent, now }: CoreStep): string[] {
    const to = endpointKey(this.#guest.endpoint)
    const name = `${host.number} ${Math.floor(now / MINUTE_MS)}`
    for (const { message, to: whom } of sent) {
      const isPing = message.kind === 'query' && message.method === 'ping'
      if (isPing && endpointKey(whom) === to) {
        this.#pings.set(name, (this.#pings.get(name) ?? 0) + 1)
      }
    }
    return (this.#pings.get(name) ?? 0) > MOST_PINGS ? ['AMP-4: pinged without end'] : []
  }
}

/** What of an answer is missing. */
function owed({ method, transactionId }: Query, answer: Response): string[] {
  const found: string[] = []
  if (String(answer.transactionId) !== String(transactionId))
    found.push('SIM-I1: to another question')
  const names = answer.nodes !== undefined
  if (method === 'find_node' && !names) found.push('SIM-I1: an answer that names nobody')
  if (method === 'get_peers' && !names && answer.values === undefined) {
    found.push('SIM-I1: an answer without peers or nodes')
  }
  if (method === 'get_peers' && answer.token === undefined) {
    found.push('SIM-I1: an answer without a token')
  }
  return found
}
