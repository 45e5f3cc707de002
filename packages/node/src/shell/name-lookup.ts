// One name of the bootstrap list and its addresses. It is looked up again whenever the node has
// nobody to ask, and at most once at a time, however slow that is. The last addresses found stay
// until there are others.

import { showValue } from '@dht/id'
import { addressBytes, endpoint, isUnicast } from '@dht/krpc'
import type { Clock } from '../ports/clock.ts'
import type { Resolver } from '../ports/resolver.ts'

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
      const usable = usableOf(addresses)
      if (usable.length > 0) this.#found[index] = usable
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

/**
 * The first addresses of one node each. A resolver may be anybody's code, and a hosts file may give
 * a name that is blocked the address of nobody.
 *
 * @throws {Error} when it found something, and nothing of that is of use
 */
function usableOf(found: unknown): string[] {
  if (!Array.isArray(found)) {
    throw new Error(`resolver: expected a list of addresses of nodes, got ${showValue(found)}`)
  }
  const usable: string[] = []
  for (const each of found) {
    if (isUsable(each)) usable.push(each)
    if (usable.length === MOST_ADDRESSES) break
  }
  if (found.length > 0 && usable.length === 0) {
    throw new Error(`resolver: expected addresses of one node each, got ${showValue(found[0])}`)
  }
  return usable
}

/** An IPv6 address with a zone is not. */
function isUsable(found: unknown): found is string {
  return (
    typeof found === 'string' && addressBytes(found) !== undefined && isUnicast(endpoint(found, 1))
  )
}
