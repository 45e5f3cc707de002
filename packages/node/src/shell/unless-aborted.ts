// Waits for a promise, but only until an AbortSignal is aborted.

import { onAbort } from './abort-signals.ts'

/**
 * Settles as `work` does. If the signal is aborted first, rejects at once with its reason and
 * ignores the outcome of `work`.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    const stopListening = onAbort(signal, abort)
    void work.then(resolve, reject).then(stopListening)
  })
}
