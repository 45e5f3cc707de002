// A network of our nodes with the protocol of Mainline, to which nodes of another implementation
// are added.

import { type Id, idFromBytes } from '@dht/id'
import { formatEndpoint, mainline } from '@dht/krpc'
import { type Chance, type Host, LATENCIES, type LinkOptions, Oracle, World } from '@dht/sim'
import { ForeignNode, type ForeignOperation } from './foreign-node.ts'

/** Time until a new node of either kind has joined, ms. */
const SETTLING_MS = 30_000
/** Longer than a lookup and the writes after it. */
const ROUND_MS = 90_000
/** Longest time of a foreign operation, by the client's own timeouts, ms. */
const OPERATION_MS = 60_000

export interface ForeignHost {
  readonly host: Host
  readonly node: ForeignNode
}

export class MixedWorld {
  readonly world: World
  readonly oracle: Oracle
  readonly chance: Chance

  // Foreign nodes give up after 2 s, so the round trips are unequal, but none is that long.
  constructor(seed: number, options: LinkOptions = {}) {
    const network = { latency: LATENCIES.clustered, ...options }
    this.world = new World({ seed, network, core: { network: mainline } })
    this.oracle = new Oracle(this.world)
    this.chance = this.world.chance.branch('mixed')
  }

  anyId(): Id {
    return this.oracle.anyId(this.chance, mainline.idLength)
  }

  /** An id in the other half of all ids: a node next to `id` is not among its nearest. */
  idFarFrom(id: Id): Id {
    const bytes = Uint8Array.from(this.anyId())
    bytes[0] = (id[0] as number) ^ 0xff
    return idFromBytes(bytes)
  }

  /**
   * Adds a foreign node that bootstraps from so many of ours, and waits until it has joined.
   *
   * @param through - it queries each of them once and does not repeat what is lost
   */
  addForeignNode(
    id: Id = this.anyId(),
    host: Host = this.world.addHost(),
    through = 1,
  ): ForeignHost {
    const node = new ForeignNode(host, id, this.world.someEndpoints(through, this.chance))
    this.world.advance(SETTLING_MS)
    return { host, node }
  }

  /**
   * Makes `count` of our nodes publish targets. @returns these nodes, and what is to be found, as
   * `address:port`
   */
  enter(
    targets: readonly Id[],
    count: number,
  ): { readonly publishers: Host[]; readonly expected: string[] } {
    const publishers = this.chance.sample(this.world.honest, count)
    for (const host of publishers) {
      for (const target of targets) this.oracle.announcements.announce(host, target)
    }
    this.world.advance(ROUND_MS)
    const expected = publishers.map(({ endpoint }) => formatEndpoint(endpoint)).sort()
    return { publishers, expected }
  }

  /** Waits for the end of a foreign operation. @throws if it does not end */
  finish(operation: ForeignOperation): ForeignOperation {
    if (this.world.advanceUntil(() => operation.isOver, OPERATION_MS)) return operation
    throw new Error('expected a foreign operation to end, got no end')
  }

  /** What each of `hosts` finds under a target, as `address:port`. All look up at once. */
  finds(hosts: readonly Host[], target: Id): string[][] {
    const found = hosts.map((): string[] => ['no end'])
    for (const [i, host] of hosts.entries()) {
      host.request(
        { kind: 'lookup', target, mode: 'all' },
        {
          settled: (outcome) => {
            const isFound = outcome.kind === 'found'
            found[i] = isFound
              ? outcome.result.endpoints.map(formatEndpoint).sort()
              : [outcome.kind]
          },
        },
      )
    }
    this.world.advance(ROUND_MS)
    return found
  }
}

/** The id that is the `nth` nearest to `id`. */
export function nextTo(id: Id, nth = 1): Id {
  const bytes = Uint8Array.from(id)
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ nth
  return idFromBytes(bytes)
}
