// Each check between cores, and each law about all of them, refuses what breaks it.

import { idFromBytes } from '@dht/id'
import { contact, decodeMessage, encodeMessage, endpoint, type Message } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import type { CoreInspection } from '../../src/core/inspection.ts'
import {
  Cluster,
  clusterViolations,
  localOf,
  promiseViolations,
  type SentDatagram,
} from './cluster.world.ts'

const setup = { seed: 1, size: 3, options: { k: 1, bucketWidths: [] }, isReunion: true }
const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** Three nodes: the response of the second to the first is on its way, the third has announced. */
function talk(): { cluster: Cluster; query: SentDatagram; reply: SentDatagram } {
  const cluster = new Cluster(setup, () => {})
  const [a, b, c] = cluster.worlds
  cluster.begin(c!, { kind: 'enter', operationId: 1, target, port: 80 })
  for (let n = 0; n < 20 && cluster.flying.length > 0; n++) cluster.deliver(cluster.flying.shift()!)
  cluster.begin(a!, { kind: 'find-value', operationId: 1, to: localOf(b!), target })
  const query = cluster.flying.at(-1)!
  cluster.deliver(query)
  const reply = cluster.flying.find(({ to }) => to === query.from)!
  return { cluster, query, reply }
}

const { network } = new Cluster(setup, () => {}).worlds[0]!.model.config

function changed(datagram: SentDatagram, change: Partial<Message>): SentDatagram {
  const message = { ...decodeMessage(datagram.bytes, network), ...change } as Message
  return { ...datagram, bytes: encodeMessage(message, network) }
}

const other = idFromBytes(new Uint8Array(32).fill(0x77))
const stranger = contact(other, endpoint('20.9.9.9', 9)).compact

type Talk = ReturnType<typeof talk>

const PROMISES: Readonly<Record<string, (talk: Talk) => SentDatagram>> = {
  'CL-6: nobody sent it': ({ query }) => ({ ...query, from: endpoint('20.9.9.9', 9) }),
  'CL-6: bencode is no message': ({ query }) => ({ ...query, bytes: new Uint8Array(30) }),
  'NET-57: to itself': ({ query }) => ({ ...query, to: query.from }),
  'AMP-2: too large': ({ reply }) => ({
    ...reply,
    bytes: Uint8Array.from([...reply.bytes, ...new Uint8Array(1_233 - reply.bytes.length)]),
  }),
  'NET-3: under another id': ({ query }) => changed(query, { id: other } as Partial<Message>),
  'NET-3: asked without a question': ({ query }) =>
    changed(query, { transactionId: new Uint8Array(4) }),
  'TRACK-1: a token of somebody else': ({ query }) =>
    changed(query, {
      method: 'announce_peer',
      port: 1,
      impliedPort: false,
      token: new Uint8Array(8),
    } as Partial<Message>),
  'NET-11: answered nobody': ({ reply }) => ({ ...reply, to: endpoint('20.9.9.9', 9) }),
  'NET-11: answered what was not asked': ({ reply }) =>
    changed(reply, { transactionId: new Uint8Array(4) }),
  'NET-11: under another id': ({ reply }) => changed(reply, { id: other } as Partial<Message>),
  'NET-12: more than k contacts': ({ reply }) =>
    changed(reply, { nodes: Uint8Array.from([...stranger, ...stranger]) } as Partial<Message>),
  'NET-12: the asker itself': ({ reply, cluster }) => {
    const asker = cluster.worlds[0]!
    const { compact } = contact(asker.model.selfId, localOf(asker))
    return changed(reply, { nodes: compact } as Partial<Message>)
  },
  'NET-12: somebody who is no member': ({ reply }) =>
    changed(reply, { nodes: stranger } as Partial<Message>),
}

describe('an assumption of the receiver', () => {
  it('holds for what cores send', () => {
    const { cluster, query, reply } = talk()
    expect([query, reply].flatMap((datagram) => promiseViolations(datagram, cluster))).toEqual([])
  })

  it.each(Object.keys(PROMISES))('is violated: %s', (what) => {
    const heard = talk()
    expect(promiseViolations(PROMISES[what]!(heard), heard.cluster)).toContain(what)
  })
})

describe('a law between nodes', () => {
  const { cluster } = talk()
  const states = cluster.worlds.map((world) => ({ local: localOf(world), core: world.last }))

  it('finds no violation in a valid state', () => {
    expect(states.some(({ core }) => core.store.peers.length > 0)).toBe(true)
    expect(clusterViolations(states, cluster)).toEqual([])
  })

  it.each([
    ['SIM-S2, SIM-S3: a peer that nobody entered', { entered: [], answered: cluster.answered }],
    ['SIM-S4: good without an answer', { entered: cluster.entered, answered: [] }],
  ])('finds a violation of %s', (what, known) => {
    expect(clusterViolations(states, known)).toContain(what)
  })

  it('finds a violation of STATE-56: a member that no node is', () => {
    const renamed = states.map(({ local, core }) => ({
      local,
      core: {
        ...core,
        overlays: core.overlays.map((overlay) => ({ ...overlay, id: other })),
      } satisfies CoreInspection,
    }))
    expect(clusterViolations(renamed, cluster)).toContain('STATE-56: a member nobody is')
  })
})
