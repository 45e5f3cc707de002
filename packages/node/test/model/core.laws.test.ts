// Tests the laws of a whole core: each one reports a state or a step that breaks it, and no other
// law does. The states here are changed by hand; no command leads to them.

import { idFromBytes } from '@dht/id'
import { contact, endpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import type { Effect, Transmit } from '../../src/core/effect.ts'
import type { CoreInspection, MemberInspection } from '../../src/core/inspection.ts'
import { Bench, home, TOKEN } from '../support/bench.ts'
import { type Event, type Step, stateViolations, stepViolations } from './core.laws.ts'

/** An inspection whose fields can be changed. */
type Open<T> = T extends Uint8Array
  ? T
  : T extends object
    ? { -readonly [K in keyof T]: Open<T[K]> }
    : T
type Loose = Open<CoreInspection>
type Member = Open<MemberInspection>

const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** A core with contacts, announcements, stored peers, open queries and an operation. */
function bustle(): CoreInspection {
  const core = { k: 2, bucketWidths: [], checksPerSecond: 0.001, checkBurst: 1 }
  const bench = new Bench({ core, seed: 3 })
  for (const who of bench.newContacts(24)) bench.addMember(who)
  for (const who of bench.newContacts(3)) bench.queryFrom(who, { method: 'ping' })
  bench.announceFrom(bench.newContact(), target, 7)
  bench.request({ kind: 'enter', target, port: 9 })
  bench.respondAll([], { token: TOKEN })
  bench.request({ kind: 'closest', target })
  return bench.core.inspect(bench.now)
}

/** A copy of its inspection, changed by hand. */
function broken(hand: (core: Loose) => void): CoreInspection {
  const copy = copyOf(bustle()) as Loose
  hand(copy)
  return copy as unknown as CoreInspection
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if ('compact' in value) return value
  if (Array.isArray(value)) return value.map(copyOf)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)]))
}

const nearest = (core: Loose) => core.overlays[0]!.buckets.at(-1)!
const farthest = (core: Loose) => core.overlays[0]!.buckets[0]!
const firstTwo = (core: Loose) => farthest(core).members.slice(0, 2) as [Member, Member]
const question = (core: Loose) => core.overlays[0]!.openQueries[0]!

const STATES: Readonly<Record<string, (core: Loose) => void>> = {
  'RT-54: an id twice': (core) => {
    const [one, other] = firstTwo(core)
    other.contact = contact(one.contact.id, other.contact.endpoint)
  },
  'STATE-55: an address twice': (core) => {
    const [one, other] = firstTwo(core)
    other.contact = contact(other.contact.id, one.contact.endpoint)
  },
  'RT-53: our own id': (core) => {
    const one = nearest(core).members[0]!
    one.contact = contact(core.overlays[0]!.id, one.contact.endpoint)
  },
  'RT-15: bucket 0 is crowded': (core) => {
    farthest(core).width = 1
  },
  'STATE-52: the cache of 0 is crowded': (core) => {
    const [one] = firstTwo(core)
    const waiting = { ...one, messagesSinceCheck: 1 }
    farthest(core).waiting = [waiting, waiting, waiting]
  },
  'RT-16: a gap at 0': (core) => {
    farthest(core).prefix = { ...farthest(core).prefix, length: 2 }
    farthest(core).members = []
    farthest(core).waiting = []
  },
  'RT-17: a contact outside of bucket 0': (core) => {
    farthest(core).members = [firstTwo(core)[0], nearest(core).members.pop()!]
  },
  'NET-57: of another family': (core) => {
    const [one] = firstTwo(core)
    one.contact = contact(one.contact.id, endpoint('2001:db8::7', 7))
  },
  'META-51: good without an answer': (core) => {
    farthest(core).members[0]!.lastSeenAt = Number.NEGATIVE_INFINITY
  },
  'META-7: bad': (core) => {
    firstTwo(core)[0].standing = 'bad'
  },
  'NET-59: an open id twice': (core) => {
    core.overlays[0]!.openQueries = [question(core), question(core)]
  },
  'AMP-6: too many queries': (core) => {
    core.config = { ...core.config, maxTransactions: 0 }
  },
  'NET-57: asked in another family': (core) => {
    question(core).to = endpoint('2001:db8::7', 7)
  },
  'NET-57: asked ourselves': (core) => {
    question(core).to = home
  },
  'NET-51: asked for too long': (core) => {
    for (const each of core.overlays[0]!.openQueries) each.expireAt += 10_000
  },
  'NET-51: never due': (core) => {
    for (const each of core.overlays[0]!.openQueries) each.stallAt = each.dueAt - 1
    question(core).expireAt = question(core).stallAt + 2
  },
  'NET-61: wakes for no question': (core) => {
    core.overlays[0]!.nextTimeoutAt = 1
  },
  'AMP-6: 1 peers, at most 0': (core) => {
    core.config = { ...core.config, maxPeers: 0 }
  },
  'AMP-6: 1 peers at a key, at most 0': (core) => {
    core.config = { ...core.config, maxPeersPerKey: 0 }
  },
  'NET-51: a request twice': (core) => {
    core.deferred = core.operations
  },
  'STORE-51: a peer has outlived': (core) => {
    core.store.at += core.config.peerLifetimeMs + 1
  },
  'PUB-2: a key twice': (core) => {
    core.announcements = [core.announcements[0]!, core.announcements[0]!]
  },
  'AMP-6: too many entries': (core) => {
    core.config = { ...core.config, maxAnnouncements: 0 }
  },
  'PUB-9: too many rounds': (core) => {
    core.config = { ...core.config, maxRounds: 0 }
  },
  'PUB-2: a key that is never due': (core) => {
    core.announcements[0]!.dueAt = Number.NaN
  },
  'PUB-8: fewer misses than none': (core) => {
    core.announcements[0]!.misses = -1
  },
  'PUB-2: a round without a start': (core) => {
    core.announcements[0]!.startedAt = undefined
  },
  'PUB-1: nobody wakes for a due key': (core) => {
    Object.assign(core.announcements[0]!, {
      publishing: false,
      startedAt: undefined,
      dueAt: core.at + 1,
    })
    core.overlays[0]!.join.isRunning = false
    core.nextTimeout = undefined
  },
}

describe('a law of states', () => {
  it('finds no violation in a valid one', () => {
    expect(stateViolations(bustle())).toEqual([])
  })

  it.each(Object.keys(STATES))('finds a violation of %s', (what) => {
    expect(stateViolations(broken(STATES[what]!))).toContain(what)
  })
})

describe('a law of steps', () => {
  const bench = new Bench()
  const who = bench.newContact()
  const heard = (method: 'ping' | 'find_node'): Step => {
    const before = bench.core.inspect(bench.now)
    const bytes = Uint8Array.from(
      `d1:ad2:id32:${'x'.repeat(32)}6:target32:${'y'.repeat(32)}e1:n6:dht2561:q${method.length}:${method}1:t2:aa1:y1:qe`,
      (c) => c.charCodeAt(0),
    )
    const event = { kind: 'receive', bytes, from: who.endpoint } as const
    const effects = bench.core.receive(bytes, who.endpoint, bench.now)
    const after = bench.core.inspect(bench.now)
    return { event, effects, before, after, settled: new Set() }
  }
  const sound = heard('find_node')
  const [reply] = sound.effects as [Extract<Effect, { kind: 'send' }>]
  function sent(change: Partial<Transmit>): Transmit {
    return { ...reply, ...change }
  }
  const with_ = (change: Partial<Step>): Step => ({ ...sound, settled: new Set(), ...change })
  const wake: Event = { kind: 'wake' }

  const settle = (operationId: number): Effect => ({
    kind: 'settle',
    operationId,
    outcome: { kind: 'cancelled' },
  })

  const STEPS: Readonly<Record<string, Step>> = {
    'NET-50: sent what is no message': with_({
      effects: [sent({ bytes: new Uint8Array(3) })],
    }),
    'AMP-2: sent too large a datagram': with_({
      effects: [sent({ bytes: new Uint8Array(1_300) })],
    }),
    'AMP-2: counted another size than was sent': with_({ effects: [sent({ size: 1 })] }),
    'NET-57: sent where there is no socket': with_({
      effects: [sent({ endpoint: endpoint('2001:db8::7', 7) })],
    }),
    'NET-50: answered nobody': with_({ event: wake }),
    'AMP-3: more than one check': with_({ effects: [...heard('ping').effects, ...pings(3)] }),
    'NET-50: answered twice': with_({ effects: [reply, reply] }),
    'AMP-5: answered what is no query': with_({
      event: { kind: 'receive', bytes: reply.bytes, from: who.endpoint },
    }),
    'AMP-1: answered at length': with_({
      effects: [sent({ bytes: Uint8Array.from([...reply.bytes, ...new Uint8Array(1_600)]) })],
    }),
    'AMP-1: answered elsewhere': with_({ effects: [sent({ endpoint: home })] }),
    'NET-11: answered another question': with_({
      event: { kind: 'receive', bytes: renamed(sound.event), from: who.endpoint },
    }),
    'NET-51: 4 is settled twice': with_({ effects: [settle(4), settle(4)] }),
    'NET-51: nobody wished for 4': with_({ effects: [settle(4)] }),
    'NET-51: 4 is forgotten': with_({ before: { ...sound.before, operations: [4] } }),
    'META-57: wants to be woken for "x" again at once': with_({
      event: wake,
      after: { ...sound.after, nextTimeout: { at: 0, reason: 'x' } },
    }),
  }

  function pings(count: number): Effect[] {
    const other = new Bench()
    for (const each of other.newContacts(count)) other.request({ kind: 'ping', to: each.endpoint })
    return other.take().map(({ to, bytes }) => sent({ bytes, endpoint: to }))
  }

  function renamed(event: Event): Uint8Array {
    const bytes = (event as Extract<Event, { kind: 'receive' }>).bytes.slice()
    const text = String.fromCharCode(...bytes)
    bytes[text.indexOf('2:aa') + 2] = 'b'.charCodeAt(0)
    return bytes
  }

  it('finds no violation in a valid one', () => {
    expect(stepViolations(with_({}))).toEqual([])
  })

  it.each(Object.keys(STEPS))('finds a violation of %s', (what) => {
    expect(stepViolations(STEPS[what]!)).toContain(what)
  })
})
