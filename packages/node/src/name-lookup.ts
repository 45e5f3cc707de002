// One name of the bootstrap list and its addresses. It is looked up again whenever the node has
// nobody to ask, and at most once at a time, however slow that is. The last addresses found stay
// until there are others.

import { addressBytes } from '@dht/krpc'
import type { Clock } from './ports/clock.ts'
import type { Resolver } from './ports/resolver.ts'

/** Time after which nobody waits for a look-up, ms: ours, that of one query. */
export const NAME_WAIT_MS = 10_000

/** Addresses used of one answer: ours; half of all that a join asks. */
export const MOST_ADDRESSES = 16

export interface NameLookupParts {
  /** Each is asked for the name, and what one finds is used before the others have answered. */
  readonly resolvers: readonly Resolver[]
  readonly clock: Clock
  /** Told when addresses were found, and when nobody waits for more. */
  readonly changed: (lookup: NameLookup) => void
}

export class NameLookup {
  readonly host: string
  readonly #parts: NameLookupParts
  /** Addresses by resolver. */
  readonly #found: (readonly string[])[]
  #abort: AbortController | undefined
  /** Resolvers that have not settled. */
  #open = 0
  #isAwaited = false
  #failure: unknown

  constructor(host: string, parts: NameLookupParts) {
    this.host = host
    this.#parts = parts
    this.#found = parts.resolvers.map(() => [])
  }

  get addresses(): readonly string[] {
    return this.#found.flat()
  }

  /** Whether the look-up under way may soon bring addresses. */
  get isAwaited(): boolean {
    return this.#isAwaited
  }

  /** Why the last look-up, or a part of it, brought nothing. */
  get failure(): unknown {
    return this.#failure
  }

  /** Looks the name up, unless that is under way. */
  start(): void {
    if (this.#open > 0) return
    const { clock, resolvers } = this.#parts
    const abort = new AbortController()
    const cancelAlarm = clock.alarm(clock.now() + NAME_WAIT_MS, () => this.#late(abort))
    abort.signal.addEventListener('abort', cancelAlarm, { once: true })
    this.#abort = abort
    this.#isAwaited = true
    this.#failure = undefined
    this.#open = resolvers.length
    resolvers.forEach((resolver, index) => void this.#ask(resolver, index, abort))
  }

  /** Ends the look-up under way; nothing is told any more. */
  close(): void {
    this.#abort?.abort()
    this.#abort = undefined
  }

  async #ask(resolver: Resolver, index: number, abort: AbortController): Promise<void> {
    try {
      const addresses = await resolver(this.host, abort.signal)
      // What is no plain address (an IPv6 one with a zone, say) is of no use here.
      const usable = addresses.filter((address) => addressBytes(address) !== undefined)
      if (usable.length > 0) this.#found[index] = usable.slice(0, MOST_ADDRESSES)
    } catch (cause) {
      this.#failure ??= cause
    }
    this.#open--
    if (this.#abort !== abort) return
    if (this.#open === 0) {
      this.#isAwaited = false
      abort.abort()
    }
    this.#parts.changed(this)
  }

  #late(abort: AbortController): void {
    this.#isAwaited = false
    this.#failure ??= new Error(`no answer within ${NAME_WAIT_MS / 1000} s`)
    abort.abort(this.#failure)
    this.#parts.changed(this)
  }
}
