// Where a node of this program stands: its sockets and its first contacts, as the command line has
// them. What the node warns of is a line for people, like everything else that goes wrong.

import type { NodeOptions } from '@dht/node'
import type { Io } from './io.ts'

export interface NodePlace {
  /** UDP port; 0: the system chooses. */
  readonly port: number
  /** Address to bind, false for none, undefined for all. */
  readonly ipv4?: string | false
  readonly ipv6?: string | false
  readonly bootstrap: readonly string[]
}

export function nodeOptions(place: NodePlace, { err, errColors }: Io): NodeOptions {
  const { port, ipv4, ipv6, bootstrap } = place
  return {
    port,
    bootstrap,
    onWarning: ({ message }) => {
      err.write(`${errColors.yellow('warning:')} ${message}\n`)
    },
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
  }
}
