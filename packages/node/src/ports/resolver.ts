// Host names to addresses, for the bootstrap list only: peers are always given by address.

/** The addresses of `host`, IPv4 and IPv6 as text; rejects when there are none. */
export type Resolver = (host: string) => Promise<readonly string[]>
