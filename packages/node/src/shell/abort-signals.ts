// Listens to AbortSignals. Many calls may share one signal, and Node warns of a leak when a signal
// has more than ten listeners. So each signal gets one listener here for all its calls.

/** The calls of each signal that has a listener of ours. */
const callsUnder = new WeakMap<AbortSignal, Calls>()

interface Calls {
  readonly each: Set<() => void>
  readonly listener: () => void
}

/**
 * Calls `aborted` once when the signal is aborted. The signal must not be aborted yet.
 *
 * @returns stops listening; safe to call at any time
 */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  const calls = callsUnder.get(signal) ?? listenTo(signal)
  // A function of its own, since another call may have passed the same one.
  const call = (): void => aborted()
  calls.each.add(call)
  return () => {
    if (calls.each.delete(call) && calls.each.size === 0) unlisten(signal, calls)
  }
}

function listenTo(signal: AbortSignal): Calls {
  const each = new Set<() => void>()
  const calls: Calls = {
    each,
    listener: () => {
      unlisten(signal, calls)
      for (const call of each) {
        each.delete(call)
        call()
      }
    },
  }
  callsUnder.set(signal, calls)
  signal.addEventListener('abort', calls.listener)
  return calls
}

function unlisten(signal: AbortSignal, { listener }: Calls): void {
  callsUnder.delete(signal)
  signal.removeEventListener('abort', listener)
}
