// Resolves the host names of the bootstrap list. Nodes are always given by address.

/**
 * The addresses of `host`, IPv4 and IPv6 as text; rejects when there are none.
 *
 * A node has at most one call per name under way. It aborts `signal` when it is closed and when the
 * call takes too long; it then waits for the call to settle before it looks the name up again.
 */
export type Resolver = (host: string, signal: AbortSignal) => Promise<readonly string[]>
