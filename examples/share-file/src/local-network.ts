// A network on this machine alone: full nodes on loopback, each with sockets of its own, on ports
// that the system chooses. A third of them speak both IPv4 and IPv6, a third only the one, a third
// only the other, as far as this machine has both.

import { networkInterfaces } from 'node:os'
import { formatEndpoint } from '@dht/krpc'
import { createNode, type DhtNode } from '@dht/node'

/** Nodes that join at the same time: more would join a network that is not there yet. */
const JOINING_AT_ONCE = 4

const IPV4_LOOPBACK = '127.0.0.1'
const IPV6_LOOPBACK = '::1'

export interface LocalNetwork extends AsyncDisposable {
  readonly nodes: readonly DhtNode[]
  /** The one contact that newcomers are told, `host:port`. */
  readonly bootstrap: string
}

/** The loopback addresses of this machine. */
export function loopbackAddresses(): string[] {
  const local = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
  const hasIpv6 = local.some(({ address }) => address === IPV6_LOOPBACK)
  return hasIpv6 ? [IPV4_LOOPBACK, IPV6_LOOPBACK] : [IPV4_LOOPBACK]
}

/** One node on loopback that knows nobody, or one contact. */
export async function localNode(options: {
  readonly addresses: readonly string[]
  readonly bootstrap: readonly string[]
}): Promise<DhtNode> {
  const { addresses, bootstrap } = options
  return createNode({
    port: 0,
    ipv4: addresses.includes(IPV4_LOOPBACK) && IPV4_LOOPBACK,
    ipv6: addresses.includes(IPV6_LOOPBACK) && IPV6_LOOPBACK,
    bootstrap,
  })
}

/**
 * Starts `size` nodes. Resolves when each has looked for its place.
 *
 * @param joined - told after each node how many have joined
 */
export async function startLocalNetwork(
  size: number,
  { joined, stop }: { readonly joined: (count: number) => void; readonly stop: AbortSignal },
): Promise<LocalNetwork> {
  const both = loopbackAddresses()
  const nodes: DhtNode[] = []
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.close()))
  }
  let count = 0
  const add = async (addresses: readonly string[]): Promise<void> => {
    // Every node is told the first one, by its endpoints of the families that the node has.
    const first = nodes[0]?.endpoints ?? []
    const bootstrap = first.filter((e) => addresses.includes(e.address)).map(formatEndpoint)
    const node = await localNode({ addresses, bootstrap })
    nodes.push(node)
    await node.joined({ signal: stop })
    joined(++count)
  }
  try {
    await add(both)
    while (nodes.length < size) {
      stop.throwIfAborted()
      const first = nodes.length
      const batch = Math.min(JOINING_AT_ONCE, size - first)
      const choices = Array.from({ length: batch }, (_, i) => addressesOf(first + i, both))
      await allSettled(choices.map(add))
    }
  } catch (error) {
    await close()
    throw error
  }
  const [endpoint] = nodes[0]?.endpoints ?? []
  const bootstrap = endpoint === undefined ? '' : formatEndpoint(endpoint)
  return { nodes, bootstrap, [Symbol.asyncDispose]: close }
}

/** Both addresses for every third node, else one of them. */
function addressesOf(index: number, both: readonly string[]): readonly string[] {
  const choice = both[(index % 3) - 1]
  return choice === undefined ? both : [choice]
}

/** Like Promise.all, but nothing is still under way when it rejects. */
async function allSettled(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
