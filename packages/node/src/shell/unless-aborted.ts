// Waits for a promise until an AbortSignal is aborted.

import { onAbort } from './abort-signals.ts'

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. The outcome
 * of `work` is then ignored.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    void work.then(resolve, reject).then(onAbort(signal, abort))
  })
}
