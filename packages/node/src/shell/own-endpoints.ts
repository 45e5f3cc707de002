// The endpoints at which this machine reaches the node's own sockets. A query to one of them would
// be a query to itself.

import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { endpointOnThisMachine, isLoopback } from '../core/overlay/this-machine.ts'
import type { MachineAddress } from '../ports/platform.ts'

export class OwnEndpoints {
  readonly #texts: ReadonlySet<string>
  /** Ports of sockets that are bound to all addresses, by family. */
  readonly #everywhere: ReadonlySet<string>

  /**
   * @param bound - the endpoints that the sockets are bound to
   * @param addresses - those of this machine
   */
  constructor(bound: readonly Endpoint[], addresses: readonly MachineAddress[]) {
    const onThisMachine = ({ family, port }: Endpoint): Endpoint[] =>
      addresses
        .filter((each) => each.family === family && !each.address.includes('%'))
        .map(({ address }) => endpoint(address, port))
    const everywhere = bound.filter((local) => endpointOnThisMachine(local) !== local)
    this.#everywhere = new Set(everywhere.map(portOf))
    this.#texts = new Set([...bound, ...everywhere.flatMap(onThisMachine)].map(formatEndpoint))
  }

  has(endpoint: Endpoint): boolean {
    // A system lists 127.0.0.1 alone, and reaches itself at all of 127.0.0.0/8 (RFC 1122 §3.2.1.3).
    const isHere = isLoopback(endpoint) && this.#everywhere.has(portOf(endpoint))
    return isHere || this.#texts.has(formatEndpoint(endpoint))
  }
}

function portOf({ family, port }: Endpoint): string {
  return `${family} ${port}`
}
