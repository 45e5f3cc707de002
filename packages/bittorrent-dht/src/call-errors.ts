// The errors of calls, and how callbacks are told of the end of a call: exactly once, and later.

import type { AnnounceReport } from '@dht/node'
import { DhtClientError, destroyedError } from './errors.ts'

/** @returns tells `callback` on the next turn, so that what it throws reaches nothing of ours */
export function later<A extends unknown[]>(
  callback: ((...args: A) => void) | undefined,
): (...args: A) => void {
  return (...args) => {
    if (callback !== undefined) process.nextTick(callback, ...args)
  }
}

/** The error of a call that the node has ended. */
export function callError(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error(String(cause))
  const isClosed = 'code' in cause && cause.code === 'ERR_DHT_NODE_CLOSED'
  return isClosed ? destroyedError() : cause
}

/** What became of writing to the nearest nodes. */
export type WriteReport = Pick<AnnounceReport, 'accepted' | 'refused' | 'unreachable'>

/** The error of a write that no node has accepted; null: one has. */
export function writeError({ accepted, refused, unreachable }: WriteReport): Error | null {
  if (accepted.length > 0) return null
  const conflict = refused.find(({ code }) => code >= 300 && code < 400)
  if (conflict !== undefined) {
    return new DhtClientError(conflict.code, `${conflict.code} ${conflict.text}`)
  }
  const tried = refused.length + unreachable.length
  if (tried === 0) {
    return new DhtClientError('ERR_DHT_CLIENT_NO_NODES', 'no node was found to write to')
  }
  const reason = refused[0]?.text ?? 'none of them responded'
  const message = `none of ${tried} nodes has accepted it: ${reason}`
  return new DhtClientError('ERR_DHT_CLIENT_REFUSED', message)
}
