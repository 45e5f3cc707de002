// Whole nodes over a network in memory, with a manual clock: everything except sockets and timers
// is production code.

import { seededRandom } from '@dht/testing'
import { createNode } from '../../src/shell/create-node.ts'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import type { NodeOptions } from '../../src/shell/options.ts'
import type { Warning } from '../../src/shell/plain.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryNetwork } from './memory-network.ts'

export class MemoryWorld {
  readonly clock: ManualClock = new ManualClock(1_000_000)
  readonly network: MemoryNetwork
  readonly #nodes: DhtNode[] = []

  constructor(network: MemoryNetwork = new MemoryNetwork()) {
    this.network = network
  }

  /** A node at 192.0.2.`host`, port 1, that joins by the existing nodes. */
  async node(host: number, options: NodeOptions = {}): Promise<DhtNode> {
    const bootstrap = this.#nodes.map((node) => node.endpoints[0]!)
    const transports = [this.network.transport(`192.0.2.${host}`, 1)]
    const common = { clock: this.clock, random: seededRandom(host), bootstrap, transports }
    const node = await createNode({ ...common, ...options })
    this.#nodes.push(node)
    return node
  }

  /** Nodes that know one another, in the order of their hosts from 1 on. */
  async nodes(count: number, options: NodeOptions = {}): Promise<DhtNode[]> {
    for (let host = 1; host <= count; host++) {
      const node = await this.node(host, options)
      if (host > 1) await node.joined()
    }
    return [...this.#nodes]
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    // A storage may need a turn of the event loop for each operation of a start.
    for (let turn = 0; turn < 4 || this.network.inFlight > 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Lets time pass, from one due event to the next; datagrams take no time. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    await this.settle()
    while ((this.clock.next ?? until) < until) {
      this.clock.advance(Math.max(0, (this.clock.next ?? until) - this.clock.now()))
      await this.settle()
    }
    this.clock.advance(until - this.clock.now())
    await this.settle()
  }

  async close(): Promise<void> {
    // Time does not pass here, so the wait for holders that are closing too would not end.
    await Promise.all(this.#nodes.map((node) => node.close({ withdraw: false })))
  }
}

/** The code of an error that is thrown or rejected; fails when there is none. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call()
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
  throw new Error('expected an error, got none')
}

/** Closes a node. @returns its warnings */
export async function warningsOf(node: DhtNode): Promise<Warning[]> {
  await node.close()
  const warnings: Warning[] = []
  for await (const event of node.events()) {
    if (event.kind === 'warning') warnings.push(event)
  }
  return warnings
}
