// Starts a node on any platform: it reads the saved state, makes the core, opens the sockets and
// starts the join.

import { type Endpoint, mainlineGetPeers, type Transport } from '@dht/krpc'
import { NodeCore } from '../core/node-core.ts'
import { type FamilyIds, familyIds, randomIds } from '../core/overlay/own-id.ts'
import type { Platform } from '../ports/platform.ts'
import type { SavedState } from '../state/saved-state.ts'
import { StatePersistence } from '../state/state-persistence.ts'
import { type Warn, warnOnce } from '../warnings.ts'
import { Bootstrap } from './bootstrap.ts'
import { Broadcast } from './broadcast.ts'
import { DhtNode } from './dht-node.ts'
import { Discovery } from './discovery.ts'
import { Driver } from './driver.ts'
import { LookupSteps } from './lookup-steps.ts'
import { OperationWaiters } from './operation-waiters.ts'
import {
  type NodeConfig,
  type NodeOptions,
  resolveNodeOptions,
  type TransportSource,
} from './options.ts'
import { type NodeEvent, toPlainEvent } from './plain.ts'
import { unlessAborted } from './unless-aborted.ts'

/** Events kept for slow readers of `events()`, and warnings for readers that start later. */
const KEPT_EVENTS = 1_024

/** What the steps of a start share. */
interface Start {
  readonly config: NodeConfig
  readonly driver: Driver
  readonly warn: Warn
}

/** Makes a node and opens its sockets, as `createNode` says. */
export async function startNode(options: NodeOptions, platform: Platform): Promise<DhtNode> {
  const config = resolveNodeOptions(options, platform)
  const { clock, random, signal } = config
  signal?.throwIfAborted()
  const { network } = config.core
  const events = new Broadcast<NodeEvent>(KEPT_EVENTS)
  const { onEvent } = config
  const report = (event: NodeEvent): void => {
    events.push(event)
    onEvent?.(event)
  }
  const warn = warnOnce((warning) => {
    const told = toPlainEvent(warning)
    report(told)
    config.onWarning(told)
  })
  const { storage } = config
  const persistence =
    storage && new StatePersistence({ storage, network, clock, sha256: platform.sha256, warn })
  const saved = persistence && (await load(persistence, signal))
  const ids = startIds(config, saved)
  const core = new NodeCore({ id: ids, random }, config.core)
  core.watch(onEvent !== undefined)
  const operations = new OperationWaiters()
  const lookupSteps = new LookupSteps(core, operations)
  const driver = new Driver(core, clock, {
    found: (operationId, endpoints, from) => operations.found(operationId, endpoints, from),
    round: (operationId, report) => operations.round(operationId, report),
    settled: (operationId, outcome) => operations.settled(operationId, outcome),
    ended: (operationId) => operations.ended(operationId),
    event: (event) => report(toPlainEvent(event)),
    lookupStep: (lookup, step) => lookupSteps.taken(lookup, step),
    warn,
    bootstrapNeeded: () => bootstrap.seek(),
  })
  const start = { config, driver, warn }
  const endpoints = await begin(start, persistence, {
    contacts: [],
    announcements: [],
    ...saved,
    ids,
  })
  const bootstrap = bootstrapOf(start, endpoints)
  const idLength = network.idLength
  const forItems = {
    clock,
    crypto: config.core.crypto,
    maxItems: config.core.maxAnnouncements,
    refusing: network.methods.has('put') ? undefined : network.name,
  }
  const knowsSeeds = network.methods.named('get_peers') === mainlineGetPeers
  const isObserved = onEvent !== undefined
  const rest = { bootstrap, idLength, knowsSeeds, isObserved, ...forItems }
  const discovery = discoveryOf(start, bootstrap)
  const told = { operations, events, lookupSteps }
  const parts = { core, driver, ...told, persistence, discovery, ...rest }
  const node = new DhtNode(parts)
  core.restore(saved?.contacts ?? [])
  bootstrap.seek()
  discovery.start({ id: node.id, network: network.name, endpoints: node.endpoints })
  node.joined().catch(() => {})
  // Published again as soon as there are contacts.
  if (saved !== undefined) node.restore(saved)
  // Not before: an earlier save would lose the announcements.
  persistence?.saveEvery(() => node.savedState, config.saveEveryMs)
  return node
}

/** The given id, else the saved ones, else random ones. */
function startIds({ id, core, random }: NodeConfig, saved: SavedState | undefined): FamilyIds {
  if (id !== undefined) return familyIds(id)
  return saved?.ids ?? randomIds(core.network, random)
}

/** Reads the saved state. If that fails or is aborted, the storage is released. */
async function load(
  persistence: StatePersistence,
  signal: AbortSignal | undefined,
): Promise<SavedState | undefined> {
  try {
    return await unlessAborted(persistence.open(), signal)
  } catch (cause) {
    await persistence.close()
    throw cause
  }
}

/**
 * Saves the state, so that a crash from here on does not lose the id, and opens the transports. If
 * either fails, nothing is left open and the storage is released.
 */
async function begin(
  start: Start,
  persistence: StatePersistence | undefined,
  state: SavedState,
): Promise<Endpoint[]> {
  const { signal } = start.config
  try {
    if (persistence !== undefined) await unlessAborted(persistence.saveFirst(state), signal)
    return await open(start)
  } catch (cause) {
    await persistence?.close()
    throw cause
  }
}

/** Opens every transport or none: a failed start must not keep a port. */
async function open(start: Start): Promise<Endpoint[]> {
  const { config, driver } = start
  const sources = config.transports ?? udpTransports(config)
  const endpoints: Endpoint[] = []
  try {
    for (const source of sources) {
      const local = await unlessAborted(attach(source, start), config.signal)
      if (local !== undefined) endpoints.push(local)
    }
  } catch (cause) {
    await Promise.allSettled(sources.map(async ({ transport }) => transport.close()))
    await driver.close()
    throw cause
  }
  return endpoints
}

function udpTransports({ addresses, port, platform: { udp } }: NodeConfig): TransportSource[] {
  if (udp === undefined) return []
  return ([4, 6] as const).flatMap((family) => {
    const address = addresses[family]
    if (address === false) return []
    // Other nodes know this one by its port, so a port that the system chose is requested again.
    const again = (previous?: Endpoint): Transport =>
      udp({ family, address, port: previous?.port ?? port })
    return [{ transport: again(), again }]
  })
}

/** @returns undefined when this machine lacks an optional transport */
async function attach(
  { transport, again }: TransportSource,
  { config, driver, warn }: Start,
): Promise<Endpoint | undefined> {
  const reopening = again && { again, random: config.random }
  try {
    return await driver.attach(transport, reopening)
  } catch (cause) {
    if (!config.optional.has(transport.family) || !isMissing(cause)) throw cause
    warn('DHT_NO_IPV6', 'no IPv6 on this machine: only IPv4 is used, as with ipv6: false', cause)
    return undefined
  }
}

/** Whether the machine lacks the address family. A port in use is an error in any case. */
function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof Error && 'code' in cause)) return false
  return cause.code === 'EAFNOSUPPORT' || cause.code === 'EADDRNOTAVAIL'
}

/** Gives the core the endpoints of the bootstrap list, as soon as they are known. */
function bootstrapOf({ config, driver, warn }: Start, bound: readonly Endpoint[]): Bootstrap {
  const { clock, platform, resolver, routers } = config
  return new Bootstrap({
    items: config.bootstrap,
    bound,
    addresses: platform.addresses(),
    resolvers: resolver ? [resolver] : bound.map(({ family }) => platform.resolver(family)),
    clock,
    warn,
    tell: ({ listed, added, isPending }) =>
      driver.start({
        kind: 'bootstrap',
        endpoints: routers ? added : [...listed, ...added],
        routers: routers ? listed : [],
        pending: isPending,
      }),
  })
}

/**
 * What a source finds is a bootstrap endpoint, through which a node without contacts joins at once,
 * and an added node, which becomes a contact of a node that has joined.
 */
function discoveryOf({ config, driver, warn }: Start, bootstrap: Bootstrap): Discovery {
  return new Discovery({
    sources: config.discovery,
    now: () => driver.now(),
    warn,
    isUsable: (endpoint) => bootstrap.isUsable(endpoint),
    found: (endpoint) => {
      bootstrap.add(endpoint)
      driver.start({ kind: 'add-node', endpoint })
    },
  })
}
