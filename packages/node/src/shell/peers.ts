// The calls of BitTorrent: announcing as a peer of a torrent, and counting its peers.

import type { Id } from '@dht/id'
import { ScrapeGoal } from '../core/lookups/goals/scrape.ts'
import { argumentError } from '../errors.ts'
import { onAbort } from './abort-signals.ts'
import {
  type CallOptions,
  checkedCall,
  checkListener,
  type OnEndpoint,
  toCallOptions,
  toPort,
} from './arguments.ts'
import type { Calls } from './calls.ts'
import {
  type AnnouncedOnce,
  type Announcement,
  announcedOnceWaiter,
  announcementWaiter,
  newAnnouncement,
  newLookup,
} from './handle-waiters.ts'
import { outcomeError } from './outcome-error.ts'
import type { AnnounceReport } from './plain.ts'

/** How a node announces itself as a peer. */
export interface AnnounceOptions extends CallOptions {
  /** 1..65535. With `impliedPort` by default the UDP port of the node. */
  readonly port?: number
  /** Whether this node has all of the content; only in Mainline (BEP 33). Default false. */
  readonly seed?: boolean
  /**
   * Nodes store the source port of the datagrams (BEP 5); those without `implied_port` store
   * `port`. Default false.
   */
  readonly impliedPort?: boolean
}

/** How a node announces itself once. */
export interface AnnounceOnceOptions extends AnnounceOptions {
  /** Called with each peer as it is found, once, before the report is known. */
  readonly onFound?: OnEndpoint
}

/** About how many peers there are. An address counts once. */
export interface SwarmSize {
  /** Peers that have all of the content. */
  readonly seeds: number
  /** The others. */
  readonly downloaders: number
}

/** What these calls need of a node. */
export interface PeerNetwork {
  /** The UDP port of the node. */
  readonly udpPort: number
  /** Whether the network tells seeds apart (BEP 33). */
  readonly knowsSeeds: boolean
}

export interface PeerParts {
  readonly calls: Calls
  readonly network: PeerNetwork
}

const NEEDED = 'a network that counts peers, such as mainline'

/** @throws {DhtNodeError} for options that can't be used */
export function announcePeer(
  { calls, network }: PeerParts,
  target: Id,
  options: AnnounceOptions,
): Announcement {
  const command = { kind: 'enter', target, ...toAnnounced(options, network) } as const
  const announcement = newAnnouncement()
  const { signal } = options
  const waiter = announcementWaiter(announcement)
  if (signal?.aborted) {
    waiter.failed(signal.reason)
    return announcement
  }
  const unlisten = signal && onAbort(signal, () => stop(signal.reason))
  const stop = (reason: unknown): void => {
    waiter.failed(reason)
    calls.send({ kind: 'delete', target })
  }
  calls.start((operationId) => ({ ...command, operationId }), {
    ...waiter,
    settled: (outcome) => {
      unlisten?.()
      waiter.settled(outcome)
    },
    failed: (error) => {
      unlisten?.()
      waiter.failed(error)
    },
  })
  return announcement
}

/** @throws {DhtNodeError} for options that can't be used */
export function announceOnce(
  { calls, network }: PeerParts,
  target: Id,
  options: AnnounceOnceOptions,
): AnnouncedOnce {
  const announced = toAnnounced(options, network, ['onFound'])
  const { onFound, signal } = options
  checkListener('onFound', onFound)
  const command = { kind: 'announce', target, ...announced } as const
  const handle = newLookup<AnnounceReport>(() => calls.cancel(operationId))
  const operationId = calls.start(
    (operationId) => ({ ...command, operationId }),
    announcedOnceWaiter(handle, onFound),
    signal,
  )
  return handle
}

const ANNOUNCE_OPTIONS = ['port', 'seed', 'impliedPort', 'signal']

/** @param further - names of options that are not about what is announced */
function toAnnounced(
  options: AnnounceOptions,
  network: PeerNetwork,
  further: readonly string[] = [],
) {
  const { port, seed, impliedPort } = checkedCall(options, [...ANNOUNCE_OPTIONS, ...further])
  const isImplied = toFlag('impliedPort', impliedPort)
  const isSeed = toFlag('seed', seed)
  if (isSeed && !network.knowsSeeds) throw argumentError('seed', NEEDED, seed)
  const announced = isImplied ? (port ?? network.udpPort) : port
  return { port: toPort(announced as number), impliedPort: isImplied, seed: isSeed }
}

function toFlag(name: string, value: boolean | undefined): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw argumentError(name, 'a boolean', value)
}

/** @throws {DhtNodeError} in a network that can't count */
export async function scrapePeers(
  { calls, network }: PeerParts,
  target: Id,
  options: CallOptions,
): Promise<SwarmSize> {
  toCallOptions(options)
  if (!network.knowsSeeds) throw argumentError('scrape', NEEDED, 'another network')
  const goal = new ScrapeGoal(target)
  const outcome = await calls.ask(
    (operationId) => ({ kind: 'lookup-goal', operationId, goal }),
    options,
  )
  if (outcome.kind !== 'found') throw outcomeError(outcome)
  return { seeds: goal.seeds, downloaders: goal.peers }
}
