// Host names to addresses, for the bootstrap list only: peers are always given by address.

/**
 * The addresses of `host`, IPv4 and IPv6 as text; rejects when there are none.
 *
 * A node has at most one call per name under way. It aborts `signal` when it is closed, and when
 * the answer is late; it then waits for the call to settle before it asks for the name again.
 */
export type Resolver = (host: string, signal: AbortSignal) => Promise<readonly string[]>
