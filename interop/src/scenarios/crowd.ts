// Many nodes of one client.

import type { NodeClient, NodePlace, TestNode } from '../clients/node-client.ts'
import type { Lab } from '../lab.ts'
import { ipv4Of } from '../network/addresses.ts'

export interface CrowdOptions {
  readonly count: number
  /** Number of the first node's address; the next nodes have the next ones. */
  readonly from: number
  readonly bootstrap: readonly string[]
  /** The address of a number; by default IPv4. */
  readonly addressOf?: (which: number) => string
  readonly settings?: NodePlace['settings']
}

export function crowd(
  lab: Lab,
  client: NodeClient,
  { count, from, bootstrap, addressOf = ipv4Of, settings = {} }: CrowdOptions,
): Promise<readonly TestNode[]> {
  const places = Array.from({ length: count }, (_, each) => {
    return { addresses: [addressOf(from + each)], bootstrap, settings }
  })
  return lab.nodes(client, places)
}
