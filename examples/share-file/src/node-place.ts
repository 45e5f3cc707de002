// Where a node of this program stands: its sockets and its first contacts, as the command line has
// them.

import type { NodeOptions } from '@dht/node'

export interface NodePlace {
  /** UDP port; 0: the system chooses. */
  readonly port: number
  /** Address to bind, false for none, undefined for all. */
  readonly ipv4?: string | false
  readonly ipv6?: string | false
  readonly bootstrap: readonly string[]
}

export function nodeOptions({ port, ipv4, ipv6, bootstrap }: NodePlace): NodeOptions {
  return {
    port,
    bootstrap,
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
  }
}
