// How much memory many of one thing take, in a process that holds nothing else.

import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Id, idView } from '@dht/id'
import { contact, decodeMessage, encodeMessage, endpoint, mainline } from '@dht/krpc'
import { NodeCore } from '@dht/node/core'
import { SharedContacts } from '@dht/sim'
import { PeerStore } from '@dht/store'
import { initOf, serve } from '../serve.ts'
import type { ManyInit, ManyReport } from './protocol.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const randomId = (): Id => idView(random(mainline.idLength))
/** Shared by all nodes, as a program with many nodes would do. */
const shared = new SharedContacts(4_096)

const { what, count, contacts } = initOf<ManyInit>()
const makers = {
  cores: (cores: number) => Array.from({ length: cores }, newCore),
  peers: newStore,
}

// A few first, for the code that they compile.
makers[what](Math.ceil(count / 100))
const before = resident()
const kept = makers[what](count)
const bytes = resident() - before
serve<unknown>({ port: 0 }, () => ({ bytes, kept: sizeOf(kept) }) satisfies ManyReport)

/** Resident memory: what the engine says of itself leaves out what typed arrays hold elsewhere. */
function resident(): number {
  collect()
  collect()
  return process.memoryUsage.rss()
}

function sizeOf(things: NodeCore[] | PeerStore): number {
  if (things instanceof PeerStore) return things.size
  return things[0]?.info(0).overlays[0]?.contacts.good ?? 0
}

/** A core whose contacts have all answered it. */
function newCore(): NodeCore {
  const core = new NodeCore({ id: randomId(), random, contacts: shared }, { network: mainline })
  core.bound(endpoint('127.0.0.1', 6881))
  for (let i = 0; i < contacts; i++) {
    const to = endpoint(`127.3.${i >> 8}.${i & 255}`, 6881)
    for (const effect of core.start({ kind: 'ping', operationId: i, to }, 0)) {
      if (effect.kind === 'send') core.receive(pong(effect.bytes), effect.endpoint, 0)
    }
  }
  return core
}

function pong(ping: Uint8Array): Uint8Array {
  const query = decodeMessage(ping, mainline)
  if (query.kind !== 'query') throw new Error('expected a ping')
  const { transactionId } = query
  return encodeMessage({ kind: 'response', transactionId, id: randomId() }, mainline)
}

/** Peers from as many sources, twenty under each identity. */
function newStore(peers: number): PeerStore {
  const store = new PeerStore(random)
  let target = randomId()
  for (let i = 0; i < peers; i++) {
    if (i % 20 === 0) target = randomId()
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
    const peer = contact(target, endpoint(address, 6881)).compact.slice(mainline.idLength)
    store.put({ target, peer, sourcePort: 6881 }, 0)
  }
  return store
}
