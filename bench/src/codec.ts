// The codec beside npm bencode: one reply decoded and encoded again (P4), and the queries that a
// node hears. bencode gets what a program around it needs at least: a message as an object of byte
// strings.

import { randomBytes } from 'node:crypto'
import { idView } from '@dht/id'
import {
  compactContacts,
  contact,
  decodeMessage,
  encodeMessage,
  endpoint,
  type Message,
  mainline,
} from '@dht/krpc'
import bencode from 'bencode'
import type { Figure } from './figure.ts'
import type { Progress } from './progress.ts'
import { measureInTurns } from './rounds.ts'
import { median, medianRatio } from './statistics.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const id = () => idView(bytes(mainline.idLength))
const envelope = () => ({ transactionId: bytes(2), id: id() })

const nodes = (count: number): Uint8Array =>
  compactContacts(
    Array.from({ length: count }, (_, i) => contact(id(), endpoint(`192.0.2.${i + 1}`, 6881))),
  )

const samples: Readonly<Record<string, Message>> = {
  'find_node reply, 8 nodes': { kind: 'response', ...envelope(), nodes: nodes(8) },
  'get_peers reply, 50 values': {
    kind: 'response',
    ...envelope(),
    token: bytes(8),
    values: Array.from({ length: 50 }, () => bytes(6)),
  },
  'find_node query': {
    kind: 'query',
    method: 'find_node',
    ...envelope(),
    readOnly: false,
    target: id(),
  },
  'get_peers query': {
    kind: 'query',
    method: 'get_peers',
    ...envelope(),
    readOnly: false,
    target: id(),
  },
}

export function benchCodec(progress: Progress): Figure[] {
  return Object.entries(samples).map(([what, message]) => {
    progress.tell(`codec: ${what}`)
    return benchMessage(what, message)
  })
}

function benchMessage(what: string, message: Message): Figure {
  const datagram = encodeMessage(message, mainline)
  const plain = bencode.decode(datagram)
  const decoded = decodeMessage(datagram, mainline)
  if (decoded.kind === 'malformed') throw new Error(`${what} does not decode: ${decoded.reason}`)
  if (Buffer.compare(bencode.encode(plain), encodeMessage(decoded, mainline)) !== 0) {
    throw new Error(`${what}: the two codecs disagree`)
  }
  const ns = measureInTurns({
    ourDecode: repeated(() => decodeMessage(datagram, mainline)),
    theirDecode: repeated(() => bencode.decode(datagram)),
    ourEncode: repeated(() => encodeMessage(decoded, mainline)),
    theirEncode: repeated(() => bencode.encode(plain)),
  })
  const sum = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x + (b[i] ?? 0))
  const ours = sum(ns.ourDecode, ns.ourEncode)
  const theirs = sum(ns.theirDecode, ns.theirEncode)
  return {
    goal: message.kind === 'response' ? 'P4' : '-',
    what: `codec, ${what}: decode + encode beside bencode`,
    value: medianRatio(theirs, ours),
    unit: 'x faster',
    ...(message.kind === 'response' && { atLeast: 4 }),
    details: {
      'ours decode ns': median(ns.ourDecode),
      'encode ns': median(ns.ourEncode),
      'bencode decode ns': median(ns.theirDecode),
      'bencode encode ns': median(ns.theirEncode),
    },
  }
}

function repeated(once: () => unknown): (times: number) => unknown {
  return (times) => {
    let last: unknown
    for (let i = 0; i < times; i++) last = once()
    return last
  }
}
