// The network of the checks: nodes with UDP on loopback, a relay, and pages behind it.

import { createNode, type DhtNode, dht256, mainline } from '@dht/node'
import { type Relay, startRelay } from '@dht/relay'

export const SECRET = 'the secret of these checks'

/** Nodes with UDP, joined. */
export async function udpNodes(count: number, network = dht256): Promise<DhtNode[]> {
  const nodes: DhtNode[] = []
  while (nodes.length < count) {
    const node = await createNode({
      network,
      port: 0,
      ipv4: '127.0.0.1',
      ipv6: false,
      bootstrap: nodes[0]?.endpoints ?? [],
      onWarning: false,
    })
    nodes.push(node)
    // The first one has nobody to join by.
    if (nodes.length > 1) await node.joined()
  }
  return nodes
}

/** @param port - 0: any */
export function localRelay(origin: string, port = 0): Promise<Relay> {
  return startRelay({
    port,
    secret: SECRET,
    origins: [origin],
    networks: [dht256, mainline],
    ipv4: '127.0.0.1',
    ipv6: false,
    allow: ['127.0.0.0/8'],
  })
}

/** Time after which a condition will not hold any more, ms: long, for the machine may be busy. */
const PATIENCE_MS = 60_000

/** Waits until a condition holds. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`expected ${what}`)
}
