// The model of the transaction table with the codec: a list of queries, each with its instants and
// its end, and the datagrams of both sides, written by hand. Timeouts are fixed here; the model of
// the transaction table covers how they are learnt.

import type { Endpoint, Network } from '@dht/krpc'
import { bencode, type Dictionary, message } from '../support/by-hand.ts'
import { toHex } from '../support/bytes.ts'
import type { End, Method } from './transport.cases.ts'
import { type Ended, PORT, TOKEN } from './transport.system.ts'

export const STALL_MS = 40
export const EXPIRE_MS = 100
/** Fewer, so that never more are remembered than were open at once. */
export const KEEP_MS = 50

export interface Asked {
  readonly question: number
  readonly method: Method
  readonly to: Endpoint
  readonly tid: Uint8Array
  readonly sentAt: number
  hasStalled: boolean
  /** Instant of its expiry; undefined: it did not expire, or that is forgotten. */
  expiredAt: number | undefined
  end: End | undefined
  /** The response that ended it, and the transaction id in it. */
  answer: Uint8Array | undefined
  answerTid: Uint8Array | undefined
  /** And what it contained. */
  last: Ended | undefined
}

export class TransportModel {
  readonly network: Network
  readonly all: Asked[] = []
  readonly #maxOpen: number
  now = 0

  constructor(network: Network, maxOpen: number) {
    this.network = network
    this.#maxOpen = maxOpen
  }

  get self(): Uint8Array {
    return new Uint8Array(this.network.idLength).fill(1)
  }

  get open(): Asked[] {
    return this.all.filter(({ end }) => end === undefined)
  }

  get isFull(): boolean {
    return this.open.length >= this.#maxOpen
  }

  isTaken(tid: Uint8Array): boolean {
    const isRemembered = ({ expiredAt }: Asked) =>
      expiredAt !== undefined && this.now < expiredAt + KEEP_MS
    return [...this.open, ...this.all.filter(isRemembered)].some((asked) =>
      isOneOf(tid, [asked.tid, secondTidOf(asked)]),
    )
  }

  /** The query that a response with this transaction id, from there, ends. */
  match(tid: Uint8Array, from: Endpoint): Asked | undefined {
    return this.open.find((asked) => {
      const second = asked.hasStalled ? [secondTidOf(asked)] : []
      return asked.to === from && isOneOf(tid, [asked.tid, ...second])
    })
  }

  dueAt({ sentAt, hasStalled }: Asked): number {
    return sentAt + (hasStalled ? EXPIRE_MS : STALL_MS)
  }

  nextAt(): number | undefined {
    const moments = this.open.map((asked) => this.dueAt(asked))
    return moments.length === 0 ? undefined : Math.min(...moments)
  }

  /** All open queries, as text. */
  view(): string {
    return this.open
      .map((asked) =>
        viewOf({ ...asked, dueAt: this.dueAt(asked), stallAt: asked.sentAt + STALL_MS }),
      )
      .join('\n')
  }

  /** A query of ours, as BEP 5 has it. */
  queryBytes(method: Method, tid: Uint8Array): Uint8Array {
    const id = this.self
    const target = this.self
    const args: Record<Method, Dictionary> = {
      ping: { id },
      find_node: { id, target },
      get_peers: { id, info_hash: target },
      announce_peer: { id, info_hash: target, port: PORT, token: TOKEN },
    }
    return message(this.network, 'q', tid, { q: method, a: args[method] })
  }

  responseBytes(tid: Uint8Array, r: Dictionary): Uint8Array {
    return message(this.network, 'r', tid, { r })
  }

  errorBytes(tid: Uint8Array, code: number, text: string): Uint8Array {
    return message(this.network, 'e', tid, { e: [code, text] })
  }
}

/** The id under which a query is sent again: its first bit is inverted. */
export function secondTidOf({ tid: [first, ...rest] }: Asked): Uint8Array {
  return Uint8Array.of((first! + 128) % 256, ...rest)
}

function isOneOf(tid: Uint8Array, tids: readonly Uint8Array[]): boolean {
  return tids.some((each) => toHex(each) === toHex(tid))
}

export function viewOf(open: {
  readonly question: number
  readonly tid: Uint8Array
  readonly to: Endpoint
  readonly sentAt: number
  readonly stallAt: number
  readonly dueAt: number
}): string {
  const { question, tid, to, sentAt, stallAt, dueAt } = open
  return [question, toHex(tid), to.address, to.port, sentAt, stallAt, dueAt].join(' ')
}

/** What a node responds to a query, chosen by `n`. */
export function answerTo(method: Method, network: Network, n: number): Dictionary {
  const { idLength } = network
  const id = new Uint8Array(idLength).fill(2 + (n % 5))
  const nodes = new Uint8Array((n % 9) * (idLength + 6)).fill(1 + (n % 250))
  const token = bencode(n).slice(0, 8)
  const values = Array.from({ length: n % 4 }, (_, at) => new Uint8Array(6).fill(1 + at))
  if (method === 'find_node') return { id, nodes }
  if (method !== 'get_peers') return { id }
  return n % 2 === 0 ? { id, token, nodes } : { id, token, values }
}

/** All that such a response contains, as text. */
export function saidIn({ id, nodes, token, values }: Dictionary): string {
  const hex = (bytes: unknown) => (bytes instanceof Uint8Array ? toHex(bytes) : undefined)
  const list = Array.isArray(values) ? values.map(hex) : undefined
  return [hex(id), hex(nodes), hex(token), list].join('|')
}
