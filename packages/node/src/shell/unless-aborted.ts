// Waiting that an AbortSignal ends.

import { onAbort } from './abort-signals.ts'

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. What
 * becomes of `work` then is nobody's concern.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    void work.then(resolve, reject).then(onAbort(signal, abort))
  })
}
