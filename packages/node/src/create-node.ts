// Puts a node together: state from the storage, a core, sockets, and the first steps into the network.

import { randomId } from '@dht/id'
import type { Endpoint, Family, Transport } from '@dht/krpc'
import { udpTransport } from '@dht/krpc/udp'
import { resolveBootstrap } from './bootstrap.ts'
import type { NodeEvent } from './core/event.ts'
import { NodeCore } from './core/node-core.ts'
import { DhtNode } from './dht-node.ts'
import { Driver } from './driver.ts'
import { argumentError } from './errors.ts'
import { Feed } from './feed.ts'
import { Keeper } from './keeper.ts'
import { type NodeConfig, type NodeOptions, resolveNodeOptions } from './options.ts'
import { Tickets } from './tickets.ts'

/** Events kept for slow watchers, and warnings for late ones. */
const KEPT_EVENTS = 1_024

type Warn = (message: string, cause?: unknown) => void

/**
 * Makes a node and opens its sockets. Resolves as soon as it can be used; it then joins the network by
 * itself ({@link DhtNode.joined} tells when).
 *
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for options that can't be used
 * @throws {TransportError} when a socket can't be opened, for instance because its port is in use
 */
export async function createNode(options: NodeOptions = {}): Promise<DhtNode> {
  const config = resolveNodeOptions(options)
  const events = new Feed<NodeEvent>(KEPT_EVENTS)
  const warn: Warn = (message, cause) => events.push({ kind: 'warning', message, cause })
  const { network } = config.core
  const keeper = config.storage && new Keeper(config.storage, network, warn)
  const saved = await keeper?.load()
  const transports = config.transports ?? udpTransports(config)
  const id = config.id ?? saved?.id ?? randomId(network.idLength, config.random)
  const core = new NodeCore({ id, random: config.random }, config.core)
  const tickets = new Tickets()
  const driver = new Driver(core, config.clock, {
    found: (ticket, endpoints) => tickets.found(ticket, endpoints),
    round: (ticket, report) => tickets.round(ticket, report),
    settled: (ticket, outcome) => tickets.settled(ticket, outcome),
    event: (event) => events.push(event),
    lonely: () => void seek(config, driver, warn),
  })
  const endpoints = await open(transports, config, driver, warn)
  const node = new DhtNode({
    core,
    driver,
    tickets,
    events,
    keeper,
    idLength: network.idLength,
    endpoints,
  })
  core.restore(saved?.contacts ?? [])
  keeper?.keep(() => core.state(), { clock: config.clock, everyMs: config.saveEveryMs })
  await seek(config, driver, warn)
  node.joined().catch(() => {})
  // Published again under handles that nobody holds, once there is somebody to ask.
  for (const entry of saved?.entries ?? []) node.enter(entry.id, entry.port)
  return node
}

function udpTransports({ addresses, port }: NodeConfig): Transport[] {
  const families = ([4, 6] as const).filter((family) => addresses[family] !== false)
  if (families.length === 0)
    throw argumentError('ipv4 and ipv6', 'at least one address', 'false for both')
  return families.map((family) =>
    udpTransport({ family, address: addresses[family] as string, port }),
  )
}

/** Opens every transport or none: a socket left open by a failed start would hold its port. */
async function open(
  transports: readonly Transport[],
  config: NodeConfig,
  driver: Driver,
  warn: Warn,
): Promise<Endpoint[]> {
  const endpoints: Endpoint[] = []
  for (const transport of transports) {
    try {
      endpoints.push(await driver.attach(transport))
    } catch (cause) {
      if (!mayBeMissing(transport.family, config, cause)) {
        await driver.close()
        throw cause
      }
      warn('no IPv6 here', cause)
    }
  }
  return endpoints
}

/** IPv6 that nobody asked for may be missing from the machine; a port in use is an error all the same. */
function mayBeMissing(family: Family, config: NodeConfig, cause: unknown): boolean {
  const code =
    cause instanceof Error &&
    cause.cause instanceof Error &&
    'code' in cause.cause &&
    cause.cause.code
  return config.optional.has(family) && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')
}

/** Tells the core where the network may be found; anew whenever it knows nobody. */
async function seek(config: NodeConfig, driver: Driver, warn: Warn): Promise<void> {
  const found = await resolveBootstrap(config.bootstrap, config.resolver, warn)
  const [endpoints, routers] = config.routers ? [[], found] : [found, []]
  driver.begin({ kind: 'bootstrap', endpoints, routers })
}
