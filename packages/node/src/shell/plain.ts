// What the facade returns, as data that can be printed, cloned and written as JSON: bytes are hex,
// a contact is its id and endpoint, an error is its name and message. The core and all below it
// keep bytes and `Contact`; this is the only place that translates, and the types follow from the
// core's.

import { idToHex, idView } from '@dht/id'
import type { Contact as CoreContact, Endpoint } from '@dht/krpc'
import type { NodeEvent as CoreEvent } from '../core/event.ts'
import type { CoreInfo } from '../core/info.ts'
import type {
  Answer as CoreAnswer,
  JoinResult as CoreJoinResult,
  RoundReport as CoreReport,
  LookupResult as CoreResult,
} from '../core/operations/outcome.ts'
import type { Warning as CoreWarning } from '../warnings.ts'

/** A node: its id in lower-case hex, and where to reach it. */
export interface Contact extends Endpoint {
  readonly id: string
}

/** An error as data. */
export interface PlainError {
  readonly name: string
  readonly message: string
  /** Its code, when it has one that is a text. */
  readonly code?: string
  /** What caused it, when that is known. */
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

/** The answer of one node to one question (ping, findNode, findValue, store). */
export interface Answer extends Plain<CoreAnswer> {}

/** What looking for our place in the network came to. */
export interface JoinResult extends Plain<CoreJoinResult> {}

/** What an iterative lookup found and what it cost. */
export interface LookupResult extends Plain<CoreResult> {}

/** One round of publishing an entry at the nodes nearest to its identity. */
export interface RoundReport extends Plain<CoreReport> {}

/** Everything about a node at one instant. */
export interface NodeInfo extends Plain<CoreInfo> {}

/** Trouble that does not stop a node and that its user may want to mend. */
export interface Warning extends Plain<CoreWarning> {}

/** What a node tells its watchers. */
export type NodeEvent = Plain<CoreEvent>

/** Errors of a chain of causes that are told: ours. A chain may be a ring. */
const MAX_CAUSES = 8

/** A copy of what the core says; the two have nothing in common. */
export function toPlain<T>(value: T): Plain<T> {
  return plainOf(value) as Plain<T>
}

/** The same for an event. Its cause may be anything: code of others threw it. */
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

/** Nothing else of the core has a key of its endpoint. */
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

/** Some values can't even be printed. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `an unprintable ${typeof value}`
  }
}
