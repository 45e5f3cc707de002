// What a command may ask of a node, its own or one that runs: the request, what comes before the
// result, and the result. All of it can be written as JSON.

import type {
  AnnounceReport,
  Contact,
  Endpoint,
  GetResult,
  LookupMode,
  LookupResult,
  NodeEvent,
  NodeInfo,
  PutReport,
  RoundReport,
  SampledInfohash,
  SwarmSize,
  TracedLookup,
  TraceStep,
} from '@dht/node'
import {
  bigint,
  boolean,
  exactOptional,
  type GenericSchema,
  integer,
  literal,
  maxLength,
  maxValue,
  minValue,
  number,
  picklist,
  pipe,
  regex,
  safeParse,
  strictObject,
  string,
  transform,
  union,
  variant,
} from 'valibot'
import { CommandFailure, EXIT } from '../exit.ts'
import type { AsJson } from '../output/json.ts'

export type Request =
  | { readonly op: 'info' | 'watch' }
  | { readonly op: 'sample'; readonly limit?: number }
  | ({ readonly op: 'lookup'; readonly mode: LookupMode } & TracedRequest)
  | ({ readonly op: 'closest' } & TracedRequest)
  | { readonly op: 'scrape'; readonly id: string }
  | { readonly op: 'ping'; readonly endpoint: string }
  | { readonly op: 'get'; readonly key: string; readonly salt?: string }
  | ({ readonly op: 'announce' | 'announce-once'; readonly id: string } & HowToAnnounce)
  | ({ readonly op: 'put' | 'put-once' } & SignedItem)

interface TracedRequest {
  readonly id: string
  /** Whether each step of the lookup is a part, and all of them are in the result. */
  readonly trace: boolean
}

export interface HowToAnnounce {
  readonly port?: number
  readonly seed: boolean
  readonly impliedPort: boolean
}

/** An item to put; a mutable one is signed already, so no secret key leaves the command. */
export interface SignedItem {
  /** Its value as bencoded bytes, in hex. */
  readonly encoded: string
  readonly signed?: {
    readonly publicKey: string
    /** In hex. */
    readonly salt: string
    readonly seq: bigint
    readonly signature: string
  }
  /** Replaces only this version. */
  readonly cas?: bigint
}

export type Op = Request['op']

export type RequestOf<O extends Op> = Request & { readonly op: O }

/** An event and its instant, as ISO 8601 in UTC. */
export type TimedEvent = NodeEvent & { readonly at: string }

export interface StepPart {
  readonly kind: 'step'
  readonly lookup: TracedLookup
  readonly step: TraceStep
}

export type LookupPart = { readonly kind: 'found'; readonly endpoint: Endpoint } | StepPart

export interface Pong {
  readonly contact: Contact
  readonly roundTripMs: number
}

/** What comes before the result, and the result. An operation that goes on has no result. */
interface Answers {
  readonly info: readonly [part: never, result: NodeInfo]
  readonly watch: readonly [part: TimedEvent, result: undefined]
  readonly sample: readonly [part: SampledInfohash, result: undefined]
  readonly lookup: readonly [part: LookupPart, result: LookupResult]
  readonly closest: readonly [part: StepPart, result: LookupResult]
  readonly scrape: readonly [part: never, result: SwarmSize]
  readonly ping: readonly [part: never, result: Pong]
  readonly get: readonly [part: never, result: GetResult]
  readonly announce: readonly [part: RoundReport, result: undefined]
  readonly 'announce-once': readonly [part: never, result: AnnounceReport]
  readonly put: readonly [part: PutReport, result: undefined]
  readonly 'put-once': readonly [part: never, result: PutReport]
}

export type PartOf<O extends Op> = AsJson<Answers[O][0]>
export type ResultOf<O extends Op> = AsJson<Answers[O][1]>

/** One line of an answer. */
export type Reply =
  /** The first line, at once: the node has understood the request. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'part'; readonly part: unknown }
  | { readonly kind: 'result'; readonly result?: unknown }
  | { readonly kind: 'error'; readonly message: string; readonly exitCode: number }

/** Longest id or key, characters: a magnet URI may name trackers. */
const MAX_ID = 2_048

const id = pipe(string(), maxLength(MAX_ID))
/** The longest is an item of 1,000 bytes. */
const hex = pipe(string(), regex(/^(?:[\da-f]{2}){0,1000}$/i))
const count = pipe(number(), integer(), minValue(1))
const port = pipe(number(), integer(), minValue(1), maxValue(65_535))
/** JSON has it as text. */
const version = union([
  bigint(),
  pipe(
    string(),
    regex(/^\d{1,19}$/),
    transform((text) => BigInt(text)),
  ),
])

const traced = { id, trace: boolean() }
const announced = {
  id,
  port: exactOptional(port),
  seed: boolean(),
  impliedPort: boolean(),
}
const item = {
  encoded: hex,
  signed: exactOptional(strictObject({ publicKey: hex, salt: hex, seq: version, signature: hex })),
  cas: exactOptional(version),
}

const REQUEST: GenericSchema<unknown, Request> = variant('op', [
  strictObject({ op: picklist(['info', 'watch']) }),
  strictObject({ op: literal('sample'), limit: exactOptional(count) }),
  strictObject({ op: literal('lookup'), ...traced, mode: picklist(['first', 'quick', 'all']) }),
  strictObject({ op: literal('closest'), ...traced }),
  strictObject({ op: literal('scrape'), id }),
  strictObject({ op: literal('ping'), endpoint: pipe(string(), maxLength(64)) }),
  strictObject({ op: literal('get'), key: id, salt: exactOptional(hex) }),
  strictObject({ op: picklist(['announce', 'announce-once']), ...announced }),
  strictObject({ op: picklist(['put', 'put-once']), ...item }),
])

/** @throws {CommandFailure} naming what can't be used */
export function readRequest(value: unknown): Request {
  const read = safeParse(REQUEST, value)
  if (read.success) return read.output
  const [{ message }] = read.issues
  throw new CommandFailure(`the node can't use this request: ${message}`, EXIT.usage)
}
