// A network of our nodes in Mainline's, to which nodes of another make are added, and what is asked
// of both.

import { type Id, idFromBytes } from '@dht/id'
import { formatEndpoint, mainline } from '@dht/krpc'
import { type Chance, type Host, LATENCIES, type LinkOptions, Oracle, World } from '@dht/sim'
import { ForeignNode, type ForeignOperation } from './foreign-node.ts'

/** Until a newcomer of either make has its place, ms. */
const SETTLING_MS = 30_000
/** Longer than a lookup and the writes after it. */
const ROUND_MS = 90_000
/** Longest that a foreign observer takes, by its own timeouts, ms. */
const OPERATION_MS = 60_000

export interface ForeignHost {
  readonly host: Host
  readonly node: ForeignNode
}

export class MixedWorld {
  readonly world: World
  readonly oracle: Oracle
  readonly chance: Chance

  // Nodes of that make give up after 2 s: round trips are unequal, but none is that long.
  constructor(seed: number, options: LinkOptions = {}) {
    const network = { latency: LATENCIES.clustered, ...options }
    this.world = new World({ seed, network, core: { network: mainline } })
    this.oracle = new Oracle(this.world)
    this.chance = this.world.chance.branch('mixed')
  }

  anyId(): Id {
    return this.oracle.anyId(this.chance, mainline.idLength)
  }

  /** One in the other half of all ids: who is next to `id` is not among its nearest. */
  idFarFrom(id: Id): Id {
    const bytes = Uint8Array.from(this.anyId())
    bytes[0] = (id[0] as number) ^ 0xff
    return idFromBytes(bytes)
  }

  /** A foreign node that is told of one of ours, with time to look for its neighbours. */
  addForeignNode(id: Id = this.anyId(), host: Host = this.world.addHost()): ForeignHost {
    const node = new ForeignNode(host, id, this.world.someEndpoints(1, this.chance))
    this.world.advance(SETTLING_MS)
    return { host, node }
  }

  /** `count` of ours enter targets. @returns who, and what is to be found, as `address:port` */
  enter(
    targets: readonly Id[],
    count: number,
  ): { readonly publishers: Host[]; readonly expected: string[] } {
    const publishers = this.chance.sample(this.world.honest, count)
    for (const host of publishers) {
      for (const target of targets) this.oracle.announcements.enter(host, target)
    }
    this.world.advance(ROUND_MS)
    const expected = publishers.map(({ endpoint }) => formatEndpoint(endpoint)).sort()
    return { publishers, expected }
  }

  /** Lets a foreign observer come to its end. @throws when it has none */
  finish(observer: ForeignOperation): ForeignOperation {
    if (this.world.advanceUntil(() => observer.isOver, OPERATION_MS)) return observer
    throw new Error('expected a foreign observer to end, got none')
  }

  /** What each of `hosts` finds under a target, as `address:port`; all ask at once. */
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

/** The `nth` nearest id to `id` but for itself. */
export function nextTo(id: Id, nth = 1): Id {
  const bytes = Uint8Array.from(id)
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ nth
  return idFromBytes(bytes)
}
