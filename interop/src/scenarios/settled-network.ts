// A network of our nodes that have joined and have ids which their addresses allow (BEP 42), as the
// nodes of an old network do.

import type { TestNode } from '../clients/node-client.ts'
import { ours } from '../clients/ours.ts'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'
import { ipv4Of } from '../network/addresses.ts'
import { crowd } from './crowd.ts'

/**
 * @param count - 4 or more, because a node believes its address when three others report it
 * @returns the nodes, at the addresses of the numbers from 0 on
 */
export async function settledNetwork(
  lab: Lab,
  count: number,
  addressOf: (which: number) => string = ipv4Of,
): Promise<readonly TestNode[]> {
  const [first] = await lab.nodes(ours, [{ addresses: [addressOf(0)], bootstrap: [] }])
  const bootstrap = first?.endpoints ?? []
  const nodes = [
    first as TestNode,
    ...(await crowd(lab, ours, { count: count - 1, from: 1, bootstrap, addressOf })),
  ]
  await eventually(
    'whether our nodes have settled',
    () => Promise.all(nodes.map((node) => node.ask<boolean>('isSettled'))),
    (areSettled) => areSettled.every(Boolean),
  )
  return nodes
}
