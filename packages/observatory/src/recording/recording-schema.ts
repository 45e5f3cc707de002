// What each line of a recording must be, as schemas. A property that is not known is refused, and
// so is everything that exceeds a bound of the protocol.

import * as v from 'valibot'
import {
  MAX_LISTED,
  MAX_LOOKUP_STEPS,
  MAX_LOOKUPS,
  MAX_STEP_CONTACTS,
  MAX_TEXT,
} from '../protocol.ts'
import {
  MAX_FAULTS,
  MAX_NODES,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordedMessage,
  type RecordingFrame,
  type RecordingHeader,
} from './format.ts'

/** Most bits of an id: those of `@dht/id`. */
const MAX_ID_BITS = 512
/** Most entries of other lists, such as the members of a table: ours. */
const MAX_ENTRIES = 100_000
/** Most methods, counters and limits: ours. */
const MAX_NAMES = 200

/** No control or format characters, surrogates, or separators of lines. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]*$/u

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT), v.regex(PRINTABLE))
const number = v.pipe(v.number(), v.finite())
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const id = v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){1,64}$/))
const endpoint = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z.:[\]%_-]{1,128}$/))
const address = v.pipe(v.string(), v.regex(/^[0-9a-fA-F.:]{1,64}$/))
const family = v.picklist([4, 6])
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))

type Any = v.GenericSchema

function listOf<S extends Any>(item: S, most = MAX_ENTRIES) {
  return v.pipe(v.array(item), v.maxLength(most))
}

const counts = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(64), v.regex(PRINTABLE)), number),
  v.maxEntries(MAX_NAMES),
)

// -- Tables --

const peer = { id, endpoint }
const peers = listOf(v.strictObject(peer), MAX_STEP_CONTACTS)

const member = v.strictObject({
  ...peer,
  state: v.picklist(['good', 'questionable', 'bad']),
  respondedAt: v.exactOptional(number),
  seenAt: v.exactOptional(number),
  failures: number,
  roundTripMs: v.exactOptional(number),
})

const prefix = v.pipe(v.string(), v.regex(/^[01]*$/), v.maxLength(MAX_ID_BITS))

const bucketHead = {
  prefix,
  depth: count,
  width: count,
  isOwn: v.boolean(),
  refreshedAt: v.exactOptional(number),
  checking: v.exactOptional(id),
}

const bucket = v.strictObject({ ...bucketHead, members: listOf(member), waiting: peers })
const overlay = v.strictObject({ family, id, buckets: listOf(bucket, MAX_ID_BITS + 1) })

// -- Status --

const round = v.strictObject({
  startedAt: number,
  durationMs: number,
  accepted: listOf(v.strictObject(peer)),
  refused: listOf(v.strictObject({ ...peer, code: number, text })),
  unreachable: listOf(v.strictObject(peer)),
  pending: count,
  complete: v.boolean(),
})

const overlayStatus = v.strictObject({
  family,
  local: v.exactOptional(endpoint),
  externalAddress: v.exactOptional(address),
  isOpen: v.boolean(),
  joined: v.boolean(),
  isReadOnly: v.boolean(),
  isIdSecure: v.exactOptional(v.boolean()),
  bootstrap: v.strictObject({ queried: count, responded: count }),
  openQueries: count,
  waitingQueries: count,
})

const store = v.strictObject({
  keys: count,
  peers: count,
  listed: listOf(v.strictObject({ id, peers: count }), MAX_LISTED),
  items: count,
  itemBytes: count,
  listedItems: listOf(
    v.strictObject({
      id,
      bytes: count,
      seq: v.exactOptional(v.pipe(v.string(), v.regex(/^-?\d{1,20}$/))),
    }),
    MAX_LISTED,
  ),
})

const announcement = v.strictObject({
  id,
  port,
  impliedPort: v.boolean(),
  seed: v.boolean(),
  dueAt: number,
  isPublishing: v.boolean(),
  last: v.exactOptional(round),
  holders: listOf(v.strictObject(peer)),
})

const limit = v.strictObject({
  name: text,
  limit: number,
  unit: v.picklist(['count', 'per-second', 'per-window', 'bytes-per-second', 'bytes']),
  used: v.exactOptional(number),
  reached: v.exactOptional(number),
})

const traffic = v.strictObject({
  totals: counts,
  received: counts,
  sent: counts,
  roundTrips: v.strictObject({
    bounds: listOf(number, MAX_NAMES),
    counts: listOf(number, MAX_NAMES + 1),
  }),
  limits: listOf(limit, MAX_NAMES),
})

const status = v.strictObject({
  overlays: listOf(overlayStatus, 2),
  store,
  announcements: listOf(announcement, MAX_LISTED),
  announcementCount: count,
  traffic,
  operations: count,
})

// -- Lookups --

const at = number
const contact = v.strictObject(peer)
const names = listOf(text, MAX_NAMES)

const lookupHead = v.strictObject({
  id: count,
  operationId: v.exactOptional(count),
  target: id,
  family,
  purpose: v.picklist(['user', 'join', 'refresh', 'publish']),
})

const query = {
  contact,
  phase: v.picklist(['approach', 'sweep']),
  toward: v.exactOptional(id),
}

const step = v.variant('kind', [
  v.strictObject({ kind: v.literal('started'), at, startingContacts: peers }),
  v.strictObject({ kind: v.literal('queried'), at, ...query, waits: v.boolean() }),
  v.strictObject({ kind: v.literal('stalled'), at, ...query }),
  v.strictObject({
    kind: v.literal('responded'),
    at,
    ...query,
    responder: contact,
    verdict: text,
    roundTripMs: number,
    closer: peers,
    unusable: count,
    values: count,
    hasToken: v.boolean(),
  }),
  v.strictObject({ kind: v.literal('failed'), at, ...query, reason: text }),
  v.strictObject({ kind: v.literal('ended'), at, closest: peers, incompleteReasons: names }),
])

const lookup = v.strictObject({
  lookup: lookupHead,
  steps: listOf(step, MAX_LOOKUP_STEPS),
  isCut: v.boolean(),
})

// -- Events --

const event = v.variant('kind', [
  v.strictObject({ kind: v.literal('contact-added'), family, contact }),
  v.strictObject({ kind: v.literal('contact-replaced'), family, contact, evicted: contact }),
  v.strictObject({ kind: v.literal('joining'), family, startingContacts: count }),
  v.strictObject({ kind: v.literal('joined'), family, contacts: count }),
  v.strictObject({ kind: v.literal('refreshing'), family, target: id }),
  v.strictObject({ kind: v.literal('id-changed'), family, id, former: id, address }),
  v.strictObject({ kind: v.literal('read-only-changed'), family, isReadOnly: v.boolean() }),
  v.strictObject({ kind: v.literal('published'), target: id, round }),
  v.strictObject({
    kind: v.literal('stored'),
    target: id,
    peer: endpoint,
    from: endpoint,
    renewed: v.boolean(),
  }),
  v.strictObject({ kind: v.literal('transport-lost'), family }),
  v.strictObject({ kind: v.literal('transport-reopened'), family, local: endpoint }),
  v.strictObject({ kind: v.literal('warning'), code: text, text }),
  v.strictObject({ kind: v.literal('skipped'), count }),
])

// -- Messages and lines --

const message = v.variant('kind', [
  v.strictObject({
    kind: v.literal('snapshot'),
    at,
    network: text,
    idBits: v.pipe(count, v.minValue(8), v.maxValue(MAX_ID_BITS)),
    k: count,
    alpha: count,
    quietMs: number,
    overlays: listOf(overlay, 2),
    status,
    lookups: listOf(lookup, MAX_LOOKUPS),
  }),
  v.strictObject({
    kind: v.literal('members'),
    at,
    family,
    set: listOf(member),
    removed: listOf(id),
  }),
  v.strictObject({
    kind: v.literal('buckets'),
    at,
    family,
    id,
    buckets: listOf(v.strictObject(bucketHead), MAX_ID_BITS + 1),
  }),
  v.strictObject({
    kind: v.literal('waiting'),
    at,
    family,
    buckets: listOf(v.strictObject({ prefix, contacts: peers }), MAX_ID_BITS + 1),
  }),
  v.strictObject({ kind: v.literal('status'), at, status }),
  v.strictObject({ kind: v.literal('event'), at, event }),
  v.strictObject({ kind: v.literal('lookup'), at, lookup: lookupHead, step }),
  v.strictObject({
    kind: v.literal('lookup-result'),
    at,
    request: count,
    target: id,
    endpoints: listOf(endpoint),
    closest: listOf(contact),
    complete: v.boolean(),
    incompleteReasons: names,
    durationMs: number,
    error: v.exactOptional(text),
  }),
  v.strictObject({ kind: v.literal('end'), at }),
]) satisfies v.GenericSchema<unknown, RecordedMessage>

export const recordingFrameSchema: v.GenericSchema<unknown, RecordingFrame> = v.strictObject({
  at,
  node: count,
  messages: listOf(message),
})

export const recordingHeaderSchema: v.GenericSchema<unknown, RecordingHeader> = v.strictObject({
  format: v.literal(RECORDING_FORMAT),
  version: v.literal(RECORDING_VERSION),
  source: text,
  seed: v.exactOptional(text),
  network: text,
  idBits: v.pipe(count, v.minValue(8), v.maxValue(MAX_ID_BITS)),
  startAt: number,
  endAt: number,
  nodes: listOf(
    v.strictObject({
      name: text,
      id: v.exactOptional(id),
      endpoint,
      adversary: v.exactOptional(text),
      isRecorded: v.boolean(),
    }),
    MAX_NODES,
  ),
  faults: listOf(
    v.strictObject({
      at,
      until: v.exactOptional(number),
      kind: text,
      text,
      nodes: listOf(count, MAX_NODES),
    }),
    MAX_FAULTS,
  ),
  isCut: v.boolean(),
})
