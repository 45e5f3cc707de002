// The warnings of a node: problems that do not stop it and that its user may want to solve. Core
// and shell use this file; it uses neither. Each warning is told once.

/** What a warning is about. Compare codes: messages are for people and may change. */
export type WarningCode =
  /** A name of the bootstrap list has no address now; it is looked up again later. */
  | 'DHT_BOOTSTRAP_NAME'
  /** An item of the bootstrap list is of an address family that the node has no socket for. */
  | 'DHT_BOOTSTRAP_FAMILY'
  /** An item of the bootstrap list is the node itself. */
  | 'DHT_BOOTSTRAP_SELF'
  /** No node of the bootstrap list responded, and no other is known; they are tried again. */
  | 'DHT_BOOTSTRAP_SILENT'
  /** A source of nodes (`discovery`) failed, or found more than is believed. */
  | 'DHT_DISCOVERY'
  /** Another node has the id of this node; copies of a state cause that. */
  | 'DHT_OWN_ID_ELSEWHERE'
  /** This machine has no IPv6, and the options neither require nor exclude it. */
  | 'DHT_NO_IPV6'
  /** A transport failed. */
  | 'DHT_TRANSPORT_FAILED'
  /** A transport threw when it was given datagrams. */
  | 'DHT_TRANSPORT_SEND'
  /** A transport could not be closed. */
  | 'DHT_TRANSPORT_CLOSE'
  /** The saved state was damaged, and was set aside. */
  | 'DHT_STATE_SET_ASIDE'
  /** The state could not be saved; it is tried again at the next save. */
  | 'DHT_STATE_UNSAVED'
  /** The state is locked; the start waits to see whether the locking node still runs. */
  | 'DHT_STATE_WAITING'
  /** The lock of the state could not be removed; the next start waits until it is stale. */
  | 'DHT_STATE_UNRELEASED'
  /** Another node has taken the state over; this one saves no more. */
  | 'DHT_STATE_TAKEN'
  /** The lock of the state was removed while this node stood still; it saves no more. */
  | 'DHT_STATE_LOCK_REMOVED'
  /** The lock of the state was removed, and this node has made it anew. */
  | 'DHT_STATE_LOCK_RENEWED'

/** A warning, as an event of the node and as an effect of its core. */
export interface Warning {
  readonly kind: 'warning'
  readonly code: WarningCode
  /** One line for people. */
  readonly message: string
  /** The error behind it, if there is one. */
  readonly cause?: unknown
}

/** Tells a warning, unless the same was told before. */
export type Warn = (code: WarningCode, message: string, cause?: unknown) => void

/**
 * Warnings that are remembered, so that each is told once: ours, about 200 KiB. Beyond that the
 * oldest is forgotten and may be told again.
 */
export const MOST_WARNINGS_REMEMBERED = 1_024

/** Told once whatever the message says, because any node on the network can cause them. */
const TOLD_ONCE: ReadonlySet<WarningCode> = new Set(['DHT_OWN_ID_ELSEWHERE'])

/** @returns tells `listener` each warning once; equal code and message make the same warning */
export function warnOnce(listener: (warning: Warning) => void): Warn {
  const told = new Set<string>()
  return (code, message, cause) => {
    const key = TOLD_ONCE.has(code) ? code : `${code} ${message}`
    if (told.has(key)) return
    told.add(key)
    const [oldest] = told
    if (told.size > MOST_WARNINGS_REMEMBERED) told.delete(oldest as string)
    listener({ kind: 'warning', code, message, ...(cause !== undefined && { cause }) })
  }
}
