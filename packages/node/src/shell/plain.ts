// Turns what the core returns into plain data that can be printed, cloned and written as JSON:
// bytes become hex, a contact its id and endpoint, an error its name and message. Only the facade
// uses plain data, and its types follow from those of the core.

import { idToHex, idView } from '@dht/id'
import type { Contact as CoreContact, Endpoint } from '@dht/krpc'
import type { NodeEvent as CoreEvent } from '../core/event.ts'
import type { CoreInfo } from '../core/info.ts'
import type { TracedLookup as CoreLookup, TraceStep as CoreStep } from '../core/lookups/trace.ts'
import type {
  AnnounceReport as CoreAnnounceReport,
  Answer as CoreAnswer,
  JoinResult as CoreJoinResult,
  RoundReport as CoreReport,
  LookupResult as CoreResult,
} from '../core/operations/outcome.ts'
import type { CoreView } from '../core/view.ts'
import type { DiscoveryInfo } from '../ports/discovery.ts'
import type { Warning as CoreWarning } from '../warnings.ts'

/** A node: its id in lower-case hex and its endpoint. */
export interface Contact extends Endpoint {
  readonly id: string
}

/** An error as data. */
export interface PlainError {
  readonly name: string
  readonly message: string
  /** Its code, when it has one that is a string. */
  readonly code?: string
  /** The error that caused it, when that is known. */
  readonly cause?: PlainError
}

/**
 * `T` as the facade returns it. A property that has no value is absent, not undefined.
 */
export type Plain<T> = unknown extends T
  ? PlainError
  : T extends CoreContact
    ? Contact
    : T extends Uint8Array
      ? string
      : T extends object
        ? { readonly [K in keyof T]: Plain<T[K]> }
        : T

/** The response of one node to one query (ping, findNode, findValue, store). */
export interface Answer extends Plain<CoreAnswer> {}

/** What a join has achieved. */
export interface JoinResult extends Plain<CoreJoinResult> {}

/** The lookup that a step belongs to. */
export interface TracedLookup extends Plain<CoreLookup> {}

/** One step of a lookup. */
export type TraceStep = Plain<CoreStep>

/** The steps of one lookup in one address family, in their order. */
export interface LookupTrace {
  readonly lookup: TracedLookup
  readonly steps: readonly TraceStep[]
}

/** What a lookup found and what it cost. */
export interface LookupResult extends Plain<CoreResult> {
  /** Its steps up to now, if the call asked for them. */
  readonly trace?: readonly LookupTrace[]
}

/** One round of publishing an announcement at the nodes nearest to its id. */
export interface RoundReport extends Plain<CoreReport> {}

/** What became of announcing once to the nodes nearest to an id. */
export interface AnnounceReport extends Plain<CoreAnnounceReport> {}

/** Everything about a node at one instant. */
export interface NodeInfo extends Plain<CoreInfo> {
  /** What the sources of `discovery` found, in their order. */
  readonly discovery: readonly DiscoveryInfo[]
}

/** A node at one instant, for people who watch it. */
export interface NodeView extends Plain<CoreView> {}

/** A problem that does not stop the node and that its user may want to solve. */
export interface Warning extends Plain<CoreWarning> {}

/** An event of a node. */
export type NodeEvent = Plain<CoreEvent>

/** Most errors of a chain of causes: ours. A chain may be a cycle. */
const MAX_CAUSES = 8

/** A copy as plain data; it shares nothing with the value. */
export function toPlain<T>(value: T): Plain<T> {
  return plainOf(value) as Plain<T>
}

/** The same for an event. Its cause may be any value, since foreign code may have thrown it. */
export function toPlainEvent<E extends CoreEvent>(event: E): Plain<E> {
  const cause = event.kind === 'warning' ? event.cause : undefined
  if (cause === undefined) return toPlain(event)
  return { ...event, cause: toPlainError(cause) } as Plain<E>
}

function plainOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return idToHex(idView(value))
  if (isContact(value)) return { id: idToHex(value.id), ...value.endpoint }
  if (Array.isArray(value)) return value.map(plainOf)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.map(([name, each]) => [name, plainOf(each)]))
}

/** Only contacts have an endpoint key. */
function isContact(value: object): value is CoreContact {
  return 'endpointKey' in value
}

function toPlainError(thrown: unknown, depth = 1): PlainError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: textOf(thrown) }
  const code = 'code' in thrown ? thrown.code : undefined
  const { cause } = thrown
  return {
    name: textOf(thrown.name),
    message: textOf(thrown.message),
    ...(typeof code === 'string' && { code }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: toPlainError(cause, depth + 1) }),
  }
}

/** Some values throw when they are converted to a string. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `an unprintable ${typeof value}`
  }
}
