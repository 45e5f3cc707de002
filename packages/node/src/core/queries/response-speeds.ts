// How soon endpoints answered the last query of a lookup. Answers to pings say nothing: a node may
// answer them at once and let lookups wait.

/** Most endpoints remembered, those without a recent answer go first: ours, a table's members. */
const MAX_ENDPOINTS = 256

export class ResponseSpeeds {
  /** Whether each answered soon, by key, least recently updated first. */
  readonly #isPrompt = new Map<string, boolean>()

  /** A query to this endpoint has ended. @param isPrompt - whether its response came soon */
  add(endpointKey: string, isPrompt: boolean): void {
    this.#isPrompt.delete(endpointKey)
    this.#isPrompt.set(endpointKey, isPrompt)
    if (this.#isPrompt.size <= MAX_ENDPOINTS) return
    const [oldest] = this.#isPrompt.keys()
    this.#isPrompt.delete(oldest as string)
  }

  /** Whether it answered soon. */
  isPrompt(endpointKey: string): boolean {
    return this.#isPrompt.get(endpointKey) === true
  }

  /** Whether it answered late or not at all. */
  isSlow(endpointKey: string): boolean {
    return this.#isPrompt.get(endpointKey) === false
  }
}
