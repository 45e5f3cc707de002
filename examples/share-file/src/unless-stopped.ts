// Waiting for something that can't be cancelled itself, but not longer than the user wants.

/** The promise's result; rejects with the signal's reason as soon as it is aborted. */
export async function unlessStopped<T>(request: PromiseLike<T>, stop: AbortSignal): Promise<T> {
  stop.throwIfAborted()
  return new Promise((resolve, reject) => {
    const end = (): void => reject(stop.reason)
    stop.addEventListener('abort', end, { once: true })
    request.then(resolve, reject).then(() => stop.removeEventListener('abort', end))
  })
}
