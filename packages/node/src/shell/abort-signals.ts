// Many calls may share one AbortSignal, and Node warns of a leak where more than ten listen to one.
// So each signal gets one listener here, whatever the number of calls under it, and loses it with
// the last of them.

/** The calls under each signal that has a listener of ours. */
const callsUnder = new WeakMap<AbortSignal, Calls>()

interface Calls {
  readonly each: Set<() => void>
  readonly listener: () => void
}

/**
 * Calls `aborted` once when the signal is aborted. For a signal that is not aborted yet.
 *
 * @returns ends that; safe to call at any time
 */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  const calls = callsUnder.get(signal) ?? listenTo(signal)
  // One's own, though somebody else may have passed the same function.
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
