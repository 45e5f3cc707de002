// One name of the bootstrap list and its addresses. It is looked up whenever the node has no
// contacts, one look-up at a time. The last addresses found are kept until there are others.

import { showValue } from '@dht/id'
import { addressBytes, endpoint, isUnicast } from '@dht/krpc'
import type { Clock } from '../ports/clock.ts'
import type { Resolver } from '../ports/resolver.ts'

/** Longest wait for a look-up, ms: ours, as long as for one query. */
export const NAME_WAIT_MS = 10_000

/** Most addresses used of one name: ours; half of the endpoints that a join queries. */
export const MOST_ADDRESSES = 16

export interface NameLookupParts {
  /** All of them look the name up; the addresses of one are used before the others have ended. */
  readonly resolvers: readonly Resolver[]
  readonly clock: Clock
  /** Called when addresses were found, and when no more are awaited. */
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

  /** Whether the look-up under way may soon give addresses. */
  get isAwaited(): boolean {
    return this.#isAwaited
  }

  /** Why the last look-up, or one resolver of it, found nothing. */
  get failure(): unknown {
    return this.#failure
  }

  /** Looks the name up, unless a look-up is under way. */
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

  /** Ends the look-up under way; `changed` is not called any more. */
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
 * The first addresses that can be used. A resolver may return anything, and hosts files give
 * blocked names an address such as 0.0.0.0.
 *
 * @throws {Error} when a resolver found something, but nothing that can be used
 */
function usableOf(found: unknown): string[] {
  if (!Array.isArray(found)) {
    throw new Error(`resolver: expected a list of addresses, got ${showValue(found)}`)
  }
  const usable: string[] = []
  for (const each of found) {
    if (isUsable(each)) usable.push(each)
    if (usable.length === MOST_ADDRESSES) break
  }
  if (found.length > 0 && usable.length === 0) {
    throw new Error(`resolver: expected the address of one node, got ${showValue(found[0])}`)
  }
  return usable
}

/** An IPv6 address with a zone can't be used. */
function isUsable(found: unknown): found is string {
  return (
    typeof found === 'string' && addressBytes(found) !== undefined && isUnicast(endpoint(found, 1))
  )
}
