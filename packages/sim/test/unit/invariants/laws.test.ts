// Each law of states and of steps finds what violates it, and finds nothing wrong with valid ones.

import { idFromBytes } from '@dht/id'
import { contact, encodeMessage, endpoint, type Message } from '@dht/krpc'
import { World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import type { CoreStep, SentDatagram } from '../../../src/invariants/core-step.ts'
import { stateViolations } from '../../../src/invariants/state-laws.ts'
import {
  changeViolations,
  sendViolations,
  stepViolations,
} from '../../../src/invariants/step-laws.ts'
import { broken, busyCore, type Loose, TARGET } from '../../support/broken-core.ts'

const V6 = endpoint('2001:db8::7', 7)
const overlay = (core: Loose) => core.overlays[0]!
const bucketOf = (core: Loose, members: number) =>
  overlay(core).buckets.find((bucket) => bucket.members.length >= members)!
const openQuery = (core: Loose) => overlay(core).openQueries[0]!
const entry = (core: Loose) => core.announcements[0]!
const stored = (core: Loose) => core.store.peers[0]!

const STATES: Readonly<Record<string, (core: Loose) => void>> = {
  'RT-55: an id twice': (core) => {
    const [one, other] = bucketOf(core, 2).members
    other!.contact = contact(one!.contact.id, other!.contact.endpoint)
  },
  'RT-55: an address twice': (core) => {
    const [one, other] = bucketOf(core, 2).members
    other!.contact = contact(other!.contact.id, one!.contact.endpoint)
  },
  'NET-57: a member of another family': (core) => {
    const [one] = bucketOf(core, 1).members
    one!.contact = contact(one!.contact.id, V6)
  },
  'RT-50: ': (core) => {
    overlay(core).buckets = Array.from({ length: 300 }, () => bucketOf(core, 1))
  },
  'RT-16: a gap at range 0': (core) => {
    overlay(core).buckets.shift()
  },
  'RT-50: range 0 is not next to our own path': (core) => {
    const [first] = overlay(core).buckets
    first!.prefix = { ...first!.prefix, base: overlay(core).id }
  },
  'RT-15: ': (core) => {
    bucketOf(core, 1).width = 0
  },
  'RT-51: ': (core) => {
    const bucket = bucketOf(core, 2)
    bucket.prefix = { ...bucket.prefix, length: 8 * 32 }
  },
  'RT-17: ': (core) => {
    const { buckets } = overlay(core)
    buckets.at(-1)!.members.push(buckets[0]!.members[0]!)
  },
  'STATE-52: ': (core) => {
    const [one] = bucketOf(core, 1).members
    const waiting = { ...one!, messagesSinceCheck: 1 }
    bucketOf(core, 1).waiting = [waiting, waiting, waiting]
  },
  'META-51: ': (core) => {
    bucketOf(core, 1).members[0]!.lastSeenAt = Number.NEGATIVE_INFINITY
  },
  'META-7: ': (core) => {
    bucketOf(core, 1).members[0]!.failures = 2
  },
  'META-56: no refresh is due, ever': (core) => {
    overlay(core).refresh = { isRunning: false, nextAt: undefined }
  },
  'META-56: refreshed ': (core) => {
    overlay(core).refresh = { isRunning: false, nextAt: core.at + 1_000_000 }
  },
  'NET-59: ': (core) => {
    overlay(core).openQueries = [openQuery(core), openQuery(core)]
  },
  'AMP-6: too many open queries': (core) => {
    core.config = { ...core.config, maxTransactions: 0 }
  },
  'NET-57: a query in another family': (core) => {
    openQuery(core).to = V6
  },
  'NET-57: a query to ourselves': (core) => {
    openQuery(core).to = overlay(core).local
  },
  'NET-51: open for too long': (core) => {
    openQuery(core).expireAt = openQuery(core).sentAt + 10_001
  },
  'NET-51: never due': (core) => {
    openQuery(core).stallAt = openQuery(core).expireAt + 1
  },
  'NET-61: the timeout of the queries is wrong': (core) => {
    overlay(core).nextTimeoutAt = undefined
  },
  'STORE-52: # peers of one key,': (core) => {
    core.config = { ...core.config, maxPeersPerKey: 0 }
  },
  'STORE-52: # peers of one source,': (core) => {
    core.config = { ...core.config, maxPeersPerSource: 0 }
  },
  'STORE-52: # peers of one source and key': (core) => {
    core.config = { ...core.config, maxPeersPerSourceAndKey: 0 }
  },
  'STORE-52: too many peers in all': (core) => {
    core.config = { ...core.config, maxPeers: 0 }
  },
  'STORE-52: too many keys': (core) => {
    core.config = { ...core.config, maxKeys: 0 }
  },
  'STORE-58: ': (core) => {
    core.store.peers = [stored(core), stored(core)]
  },
  'STORE-51: ': (core) => {
    core.store.at += core.config.peerLifetimeMs + 1
  },
  'STORE-54: ': (core) => {
    stored(core).stampedAt = core.store.at + 1
  },
  'AMP-6: too many operations': (core) => {
    core.config = { ...core.config, maxOperations: 0 }
  },
  'AMP-6: too many operations deferred': (core) => {
    core.config = { ...core.config, maxOperations: 1 }
    core.deferred = [101, 102]
  },
  'AMP-6: too many sources counted': (core) => {
    core.sources = core.config.maxSources + 1
  },
  'NET-51: two operations with one id': (core) => {
    core.deferred = core.operations
  },
  'PUB-2: an identity twice': (core) => {
    core.announcements = [entry(core), entry(core)]
  },
  'AMP-6: too many announcements': (core) => {
    core.config = { ...core.config, maxAnnouncements: 0 }
  },
  'PUB-9: ': (core) => {
    Object.assign(entry(core), { publishing: true, startedAt: 1 })
    core.config = { ...core.config, maxRounds: 0 }
  },
  'PUB-2: an identity that is never due': (core) => {
    entry(core).dueAt = Number.NaN
  },
  'PUB-8: ': (core) => {
    entry(core).misses = -1
  },
  'PUB-2: a round without a start': (core) => {
    entry(core).publishing = true
  },
  'PUB-1: ': (core) => {
    entry(core).dueAt = core.at + 1
    core.nextTimeout = undefined
  },
  'NET-61: the next timeout is after its lapse': (core) => {
    core.nextTimeout = undefined
  },
}

describe('SIM-S7: a law of states', () => {
  it('finds nothing wrong with a valid state', () => {
    const core = busyCore()
    expect(stateViolations(core)).toEqual([])
    expect(
      [core.store.peers, core.announcements, core.operations].every(({ length }) => length > 0),
    ).toBe(true)
    expect(core.overlays[0]?.openQueries.length).toBeGreaterThan(0)
  })

  it.each(Object.keys(STATES))('finds a violation of %s', (what) => {
    const found = stateViolations(broken(STATES[what]!))
    const named = found.map((each) => each.replace(/: \d+ peers/, ': # peers'))
    expect(named.filter((each) => each.startsWith(what))).not.toEqual([])
  })

  it('finds our own id among members: RT-54', () => {
    const core = broken((loose) => {
      const { id, buckets, local } = overlay(loose)
      buckets.at(-1)!.members = [
        {
          contact: contact(id, local),
          ...{ lastSeenAt: 0, failures: 0, respondedAt: 0, standing: 'good' },
        },
      ]
    })
    expect(stateViolations(core)).toContain('RT-54: our own id is a member')
  })
})

const world = new World({ seed: 1 })
const host = world.addHost()
const other = endpoint('11.9.9.9', 9)
const transactionId = Uint8Array.of(1, 2)
const id = idFromBytes(new Uint8Array(32).fill(3))
const ask = { kind: 'query', method: 'find_node', transactionId, id, readOnly: false } as const
const received: Message = { ...ask, target: TARGET }
const bytes = encodeMessage(received, world.protocol).slice()
const reply: Message = { kind: 'response', transactionId, id }

function datagram(message: Message, to = other): SentDatagram {
  return { message, to, bytes: encodeMessage(message, world.protocol).slice() }
}

const sound: CoreStep = {
  world,
  host,
  event: {
    kind: 'received',
    at: 0,
    host: 0,
    effects: [],
    packet: { bytes, from: other, to: host.endpoint, sender: undefined },
  },
  now: 0,
  received,
  sent: [datagram(reply)],
  before: busyCore(),
  after: busyCore(),
}
const timeout = { kind: 'timeout', at: 0, host: 0, effects: [] } as const

const SENT: Readonly<Record<string, Partial<CoreStep>>> = {
  'NET-50: sent a malformed message': {
    sent: [{ ...datagram(reply), message: { kind: 'malformed', reason: 'size', isQuery: false } }],
  },
  'AMP-2: ': { sent: [{ ...datagram(reply), bytes: new Uint8Array(1_300) }] },
  'NET-50: replied twice': { sent: [datagram(reply), datagram(reply)] },
  'NET-50: replied without a query': { event: timeout, received: undefined },
  'AMP-5: ': { received: reply },
  'AMP-1: replied to another endpoint': { sent: [datagram(reply, V6)] },
  'AMP-1: replied to 136 bytes': { sent: [{ ...datagram(reply), bytes: new Uint8Array(1_230) }] },
}

const CHANGED: Readonly<Record<string, (core: Loose) => void>> = {
  'SIM-S6: ': (core) => {
    overlay(core).id = id
  },
  'RT-57: a table is missing': (core) => {
    core.overlays = []
  },
  'RT-57: ranges were merged': (core) => {
    overlay(core).buckets.pop()
  },
  'STATE-58: ': (core) => {
    bucketOf(core, 1).members.pop()
  },
  'STATE-50: ': (core) => {
    bucketOf(core, 1).members.pop()
  },
  'STATE-54: ': (core) => {
    const [one] = bucketOf(core, 1).members
    one!.contact = contact(id, other)
    one!.lastSeenAt = Number.NEGATIVE_INFINITY
  },
  'META-59: ': (core) => {
    bucketOf(core, 1).members[0]!.lastSeenAt -= 1
  },
  'META-10: ': (core) => {
    bucketOf(core, 1).members[0]!.lastSeenAt += 1
  },
  'META-53: ': (core) => {
    bucketOf(core, 1).members[0]!.failures -= 1
  },
  'TOKEN-3: ': (core) => {
    core.tokenEpoch -= 1
  },
}

describe('SIM-S7, S9: a law of steps', () => {
  it('finds nothing wrong with a valid step', () => {
    expect(stepViolations(sound)).toEqual([])
  })

  it.each(Object.keys(SENT))('finds a packet that violates %s', (what) => {
    const longest = what.startsWith('AMP-1: replied to 136') ? bytes.slice(0, 136) : undefined
    const step = { ...sound, ...SENT[what] }
    const packet = { bytes: longest ?? bytes, from: other, to: host.endpoint, sender: undefined }
    const event = step.event.kind === 'received' ? { ...step.event, packet } : step.event
    const found = sendViolations({ ...step, event })
    const prefix = what.replace('136', String(packet.bytes.length))
    expect(found.filter((each) => each.startsWith(prefix))).not.toEqual([])
  })

  it.each(Object.keys(CHANGED))('finds a change that violates %s', (what) => {
    const found = changeViolations({ ...sound, after: broken(CHANGED[what]!) })
    expect(found.filter((each) => each.startsWith(what))).not.toEqual([])
  })

  it('returns nothing for a step that was not inspected', () => {
    expect(changeViolations({ ...sound, before: undefined })).toEqual([])
  })
})
