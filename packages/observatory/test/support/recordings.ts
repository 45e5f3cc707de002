// A small recording with a message of each kind, for tests to change.

import type {
  Fault,
  LookupStep,
  Member,
  RecordedMessage,
  RecordedNode,
  RecordingFrame,
  Round,
  Status,
} from '../../src/recording.ts'

export const id = (digit: string): string => digit.repeat(64)
const peer = { id: id('a'), endpoint: '192.0.2.1:1' }
const member: Member = { ...peer, state: 'good', failures: 0, seenAt: 5, roundTripMs: 1.5 }
const head = { prefix: '', depth: 0, width: 8, isOwn: true }

const round: Round = {
  startedAt: 0,
  durationMs: 1,
  accepted: [peer],
  refused: [{ ...peer, code: 202, text: 'no' }],
  unreachable: [],
  pending: 0,
  complete: true,
}

const status: Status = {
  overlays: [
    {
      family: 4,
      local: '192.0.2.9:1',
      isOpen: true,
      joined: true,
      isReadOnly: false,
      bootstrap: { queried: 1, responded: 1 },
      openQueries: 0,
      waitingQueries: 0,
    },
  ],
  store: {
    keys: 1,
    peers: 1,
    listed: [{ id: id('b'), peers: 1 }],
    items: 1,
    itemBytes: 3,
    listedItems: [{ id: id('b'), bytes: 3, seq: '9007199254740993' }],
  },
  announcements: [
    {
      id: id('c'),
      port: 80,
      impliedPort: false,
      seed: false,
      dueAt: 9,
      isPublishing: false,
      last: round,
      holders: [peer],
    },
  ],
  announcementCount: 1,
  traffic: {
    totals: { queriesSent: 1 },
    received: { ping: 1 },
    sent: { ping: 1 },
    roundTrips: { bounds: [1, 2], counts: [0, 1, 0] },
    limits: [{ name: 'checks', limit: 4, unit: 'per-second' }],
  },
  operations: 0,
}

const lookup = { id: 1, target: id('d'), family: 4, purpose: 'user' } as const

export const steps: readonly LookupStep[] = [
  { kind: 'started', at: 1, startingContacts: [peer] },
  { kind: 'queried', at: 1, contact: peer, phase: 'approach', waits: false },
  { kind: 'stalled', at: 2, contact: peer, phase: 'sweep', toward: id('e') },
  {
    kind: 'responded',
    at: 3,
    contact: peer,
    phase: 'sweep',
    toward: id('e'),
    responder: peer,
    verdict: 'accepted',
    roundTripMs: 2,
    closer: [],
    unusable: 0,
    values: 0,
    hasToken: true,
  },
  { kind: 'failed', at: 3, contact: peer, phase: 'sweep', reason: 'timeout' },
  { kind: 'ended', at: 4, closest: [peer], incompleteReasons: ['late'] },
]

const snapshot: RecordedMessage = {
  kind: 'snapshot',
  at: 0,
  network: 'dht256',
  idBits: 256,
  k: 8,
  alpha: 3,
  quietMs: 900_000,
  overlays: [
    { family: 4, id: id('e'), buckets: [{ ...head, members: [member], waiting: [peer] }] },
  ],
  status,
  lookups: [{ lookup, steps, isCut: false }],
}

const rest: readonly RecordedMessage[] = [
  { kind: 'members', at: 1, family: 4, set: [member], removed: [id('f')] },
  { kind: 'buckets', at: 1, family: 4, id: id('e'), buckets: [head] },
  { kind: 'waiting', at: 1, family: 4, buckets: [{ prefix: '', contacts: [peer] }] },
  { kind: 'status', at: 1, status },
  { kind: 'event', at: 1, event: { kind: 'published', target: id('c'), round } },
  { kind: 'event', at: 1, event: { kind: 'warning', code: 'X', text: 'a warning' } },
  ...steps.map((step) => ({ kind: 'lookup', at: step.at, lookup, step }) as const),
  {
    kind: 'lookup-result',
    at: 5,
    request: 1,
    target: id('d'),
    endpoints: ['192.0.2.3:80'],
    closest: [peer],
    complete: true,
    incompleteReasons: [],
    durationMs: 4,
  },
  { kind: 'end', at: 6 },
]

export const frames: readonly RecordingFrame[] = [
  { at: 0, node: 0, messages: [snapshot] },
  { at: 5, node: 0, messages: rest.slice(0, -1) },
  { at: 6, node: 0, messages: rest.slice(-1) },
]

export const nodes: readonly RecordedNode[] = [
  { name: 'host 0', id: id('e'), endpoint: '192.0.2.9:1', isRecorded: true },
  { name: 'host 1', endpoint: '192.0.2.8:1', adversary: 'sybil', isRecorded: false },
]

export const faults: readonly Fault[] = [
  { at: 3, until: 4, kind: 'partition', text: 'two halves', nodes: [0] },
]
