// Nodes on real sockets of the loopback interface, closed together at the end of a test.

import { setTimeout } from 'node:timers/promises'
import type { Endpoint } from '@dht/krpc'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { createNode } from '../../src/shell/create-node.ts'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import type { NodeOptions } from '../../src/shell/options.ts'

/** The addresses of a node: one family or both, each with a port that the system chooses. */
export const V4: NodeOptions = { port: 0, ipv4: '127.0.0.1', ipv6: false }
export const V6: NodeOptions = { port: 0, ipv4: false, ipv6: '::1' }
export const BOTH: NodeOptions = { port: 0, ipv4: '127.0.0.1', ipv6: '::1' }

export class UdpNodes {
  readonly all: DhtNode[] = []

  /** A node that joins by the first one, unless told otherwise. */
  async add(options: NodeOptions): Promise<DhtNode> {
    const isOurs = ({ family }: Endpoint): boolean => options[`ipv${family}`] !== false
    const bootstrap = (this.all[0]?.endpoints ?? []).filter(isOurs)
    // All nodes share one source address here, so they share the limits of a source.
    const node = await createNode({ bootstrap, queriesPerSource: 1_000_000, ...options })
    this.all.push(node)
    return node
  }

  /** Several equal nodes, joined. */
  async addAll(count: number, options: NodeOptions): Promise<DhtNode[]> {
    const nodes: DhtNode[] = []
    for (let i = 0; i < count; i++) nodes.push(await this.add(options))
    await Promise.all(this.all.map((node) => node.joined()))
    // The first ones look again for the last ones.
    while (!this.all.every((node) => this.#isSettled(node))) await setTimeout(50)
    return nodes
  }

  /** Whether a node knows k contacts in each of its families, or all nodes. */
  #isSettled(node: DhtNode): boolean {
    return node.info().overlays.every(({ family, contacts }) => {
      const others = this.all.filter((other) => other.endpoints.some((e) => e.family === family))
      const { good, questionable } = contacts
      return good + questionable >= Math.min(CORE_DEFAULTS.k, others.length - 1)
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((node) => node.close()))
  }
}
