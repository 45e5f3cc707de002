// The routing table as users of npm's package read it.

import type { Contact, DhtNode } from '@dht/node'
import { fromHex, hexOf, ID_BYTES, toBuffer } from './bytes.ts'

/** A contact of the routing table. */
export interface KnownNode {
  readonly id: Buffer
  readonly host: string
  readonly port: number
}

/** Nodes that are kept before the sockets are open: ours. Further ones are dropped. */
const MOST_TOLD = 1_024

export class NodeList {
  readonly #node: () => DhtNode | undefined
  /** What was told before the sockets are open, by id in hex. */
  readonly #told = new Map<string, KnownNode>()

  /** @internal */
  constructor(node: () => DhtNode | undefined) {
    this.#node = node
  }

  /** All contacts, those near the own id first. */
  toArray(): KnownNode[] {
    const node = this.#node()
    return node === undefined ? [...this.#told.values()] : node.contacts().map(toKnownNode)
  }

  count(): number {
    return this.#node()?.contacts().length ?? this.#told.size
  }

  /** The contact with that id, or null. */
  get(id: Uint8Array | string): KnownNode | null {
    const wanted = toBuffer('id', id, ID_BYTES)
    return this.toArray().find((each) => each.id.equals(wanted)) ?? null
  }

  /** The `count` contacts closest to an id, closest first. */
  closest(id: Uint8Array | string, count: number = Number.POSITIVE_INFINITY): KnownNode[] {
    const target = numberOf(toBuffer('id', id, ID_BYTES))
    const byDistance = this.toArray().map((node) => ({ node, far: numberOf(node.id) ^ target }))
    byDistance.sort((a, b) => (a.far < b.far ? -1 : 1))
    return byDistance.slice(0, count).map(({ node }) => node)
  }

  [Symbol.iterator](): IterableIterator<KnownNode> {
    return this.toArray()[Symbol.iterator]()
  }

  /** @internal Remembers a node until the sockets are open. */
  tell(node: KnownNode): void {
    if (this.#told.size < MOST_TOLD) this.#told.set(hexOf(node.id), node)
  }

  /** @internal */
  forget(id: Buffer): void {
    this.#told.delete(hexOf(id))
  }

  /** @internal The nodes that were told, which are forgotten here. */
  takeTold(): KnownNode[] {
    const told = [...this.#told.values()]
    this.#told.clear()
    return told
  }
}

export function toKnownNode({ id, address, port }: Contact): KnownNode {
  return { id: fromHex(id), host: address, port }
}

function numberOf(id: Buffer): bigint {
  return BigInt(`0x${hexOf(id)}`)
}
