// The options of a node: those of the core, and those for sockets, names, files, randomness and
// time. They are checked and completed once, when the node is made.

import type { Id, RandomSource } from '@dht/id'
import { addressBytes, type Family, type Transport } from '@dht/krpc'
import type { CoreConfig, CoreOptions } from '../core/config/core-options.ts'
import { CORE_DEFAULTS } from '../core/config/defaults.ts'
import { resolveCoreOptions } from '../core/config/resolve.ts'
import { argumentError, unknownName } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { DiscoverySource } from '../ports/discovery.ts'
import type { Platform } from '../ports/platform.ts'
import type { Resolver } from '../ports/resolver.ts'
import type { StateStorage } from '../ports/state-storage.ts'
import {
  checkListener,
  type EndpointLike,
  type IdLike,
  isObject,
  toCallOptions,
  toId,
} from './arguments.ts'
import { type BootstrapItem, parseBootstrap } from './bootstrap-list.ts'
import { guarded } from './guarded.ts'
import type { NodeEvent, Warning } from './plain.ts'
import type { TransportFactory } from './transport-slot.ts'

export interface NodeOptions extends CoreOptions {
  /** The node's id: bytes of the network's width, or hex. Default: the saved one, else random. */
  readonly id?: IdLike
  /**
   * UDP port for both families; 0 lets the system choose two. Default: the network's (3739,
   * Mainline 6881).
   */
  readonly port?: number
  /** IPv4 address to bind, or false for no IPv4. Default `0.0.0.0`. */
  readonly ipv4?: string | false
  /**
   * IPv6 address to bind, or false for no IPv6. Default `::`, left out with a warning where there
   * is no IPv6.
   */
  readonly ipv6?: string | false
  /**
   * Transports in place of UDP, at most one per family; `port`, `ipv4` and `ipv6` are then
   * refused. A function makes the transport, and another one after a failure. A transport that is
   * given itself stays closed after a failure.
   */
  readonly transports?: readonly (Transport | TransportFactory)[]
  /**
   * Nodes to join the network through: `host:port`, `[::1]:port` or endpoints. Addresses are used
   * at once, names as they are found. Default: Mainline's public routers; `dht256` has none.
   */
  readonly bootstrap?: readonly EndpointLike[]
  /**
   * Sources of further nodes, which find them while the node runs, such as `lan()` of `@dht/lan`.
   * At most 32 endpoints of each are believed in any minute. Their errors are warnings. Default:
   * none.
   */
  readonly discovery?: readonly DiscoverySource[]
  /** Where state is kept: a file's path or a storage. Default: nowhere. */
  readonly state?: string | StateStorage
  /**
   * Time between two saves of the state, ms. Default 5 min: ours; a crash loses what the node
   * learned in that time.
   */
  readonly saveEveryMs?: number
  /** Random bytes. Default: the operating system's. */
  readonly random?: RandomSource
  /** Time and alarms. Default: the machine's. */
  readonly clock?: Clock
  /**
   * Resolves names. Default: `localhost` and the hosts file, then DNS. `systemLookup` resolves
   * names that only the system knows.
   */
  readonly resolver?: Resolver
  /**
   * Called with every warning, each once; false: no call. Default: `process.emitWarning` with the
   * type `DhtWarning` and the warning's code. The events of the node have all warnings in any case.
   */
  readonly onWarning?: ((warning: Warning) => void) | false
  /**
   * Called with every event at once, before the next input is handled. Default: no call. What it
   * throws is an uncaught exception.
   */
  readonly onEvent?: (event: NodeEvent) => void
  /** Aborts the start: it rejects with the signal's reason, and nothing is left open. */
  readonly signal?: AbortSignal
}

/** A transport, and how to make another one after it has failed. */
export interface TransportSource {
  readonly transport: Transport
  readonly again: TransportFactory | undefined
}

export interface NodeConfig {
  readonly platform: Platform
  readonly core: CoreConfig
  readonly id: Id | undefined
  readonly port: number
  readonly addresses: Readonly<Record<Family, string | false>>
  /** Families that the node can do without. */
  readonly optional: ReadonlySet<Family>
  readonly transports: readonly TransportSource[] | undefined
  readonly bootstrap: readonly BootstrapItem[]
  /** Whether the bootstrap list is the network's own public routers. */
  readonly routers: boolean
  readonly discovery: readonly DiscoverySource[]
  readonly storage: StateStorage | undefined
  readonly saveEveryMs: number
  readonly random: RandomSource
  readonly clock: Clock
  /** Undefined: the default. */
  readonly resolver: Resolver | undefined
  readonly signal: AbortSignal | undefined
  /** Never throws. */
  readonly onWarning: (warning: Warning) => void
  /** Never throws. Undefined: nothing listens. */
  readonly onEvent: ((event: NodeEvent) => void) | undefined
}

/** Default of {@link NodeOptions.saveEveryMs}. */
const SAVE_EVERY_MS = 5 * 60_000

const SHELL_OPTIONS: ReadonlySet<string> = new Set([
  'id',
  'port',
  'ipv4',
  'ipv6',
  'transports',
  'bootstrap',
  'discovery',
  'state',
  'saveEveryMs',
  'random',
  'clock',
  'resolver',
  'onWarning',
  'onEvent',
  'signal',
])

/** @throws {DhtNodeError | IdLengthError | IdFormatError} naming the option and its value */
export function resolveNodeOptions(options: NodeOptions, platform: Platform): NodeConfig {
  if (!isObject(options)) throw argumentError('options', 'an object', options)
  checkNames(options)
  const core = resolveCoreOptions({ crypto: platform.crypto, ...coreOptions(options) })
  const { bootstrap = core.network.bootstrap, ipv4 = '0.0.0.0', ipv6 = '::', transports } = options
  const { port = core.network.defaultPort, saveEveryMs = SAVE_EVERY_MS } = options
  if (!Array.isArray(bootstrap)) throw argumentError('bootstrap', 'a list', bootstrap)
  if (transports === undefined && platform.udp === undefined) {
    throw argumentError('transports', 'a list: there is no UDP here', transports)
  }
  if (transports === undefined && ipv4 === false && ipv6 === false) {
    throw argumentError('ipv4 and ipv6', 'at least one address', false)
  }
  if (transports !== undefined) refuseWithTransports(options)
  const mayLackIpv6 = transports === undefined && options.ipv6 === undefined && ipv4 !== false
  return Object.freeze({
    platform,
    core,
    id: options.id === undefined ? undefined : toId(options.id, core.network.idLength),
    port: toLocalPort(port),
    addresses: { 4: toAddress(ipv4, 4), 6: toAddress(ipv6, 6) },
    optional: new Set<Family>(mayLackIpv6 ? [6] : []),
    transports: transports === undefined ? undefined : checkedTransports(transports),
    bootstrap: parseBootstrap(bootstrap),
    routers: options.bootstrap === undefined,
    discovery: checkedSources(options.discovery),
    storage: options.state === undefined ? undefined : toStorage(options.state, platform),
    saveEveryMs: toSpan(saveEveryMs),
    signal: toCallOptions(options.signal === undefined ? {} : { signal: options.signal }).signal,
    onWarning: toWarningListener(options.onWarning, platform),
    onEvent: toEventListener(options.onEvent),
    ...shellParts(options, platform),
  })
}

/** They say where UDP is bound, and a node with transports of its own uses no UDP. */
function refuseWithTransports(options: NodeOptions): void {
  for (const name of ['port', 'ipv4', 'ipv6'] as const) {
    if (options[name] === undefined || options[name] === false) continue
    throw argumentError(name, 'no value beside transports, which bind themselves', options[name])
  }
}

/** Randomness, time and names. */
function shellParts(
  options: NodeOptions,
  platform: Platform,
): Pick<NodeConfig, 'random' | 'clock' | 'resolver'> {
  const { random = platform.random(), clock = platform.clock(), resolver } = options
  if (typeof random !== 'function') throw argumentError('random', 'a function', random)
  if (resolver !== undefined && typeof resolver !== 'function') {
    throw argumentError('resolver', 'a function', resolver)
  }
  if (!hasMethods(clock, ['now', 'alarm'])) throw argumentError('clock', 'a Clock', clock)
  return { random, clock, resolver }
}

function checkNames(options: NodeOptions): void {
  const known = [...SHELL_OPTIONS, ...Object.keys(CORE_DEFAULTS)]
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownName(unknown, known)
}

function coreOptions(options: NodeOptions): CoreOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !SHELL_OPTIONS.has(name)))
}

function toLocalPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw argumentError('port', 'a whole number from 0 to 65535', port)
}

function toSpan(saveEveryMs: number): number {
  if (typeof saveEveryMs === 'number' && saveEveryMs > 0) return saveEveryMs
  throw argumentError('saveEveryMs', 'a number above 0', saveEveryMs)
}

function toAddress(address: string | false, family: Family): string | false {
  if (address === false) return false
  const bytes = typeof address === 'string' ? addressBytes(address) : undefined
  if (bytes?.length === (family === 4 ? 4 : 16)) return address
  throw argumentError(`ipv${family}`, `an IPv${family} address or false`, address)
}

function toWarningListener(
  onWarning: NodeOptions['onWarning'],
  platform: Platform,
): (warning: Warning) => void {
  if (onWarning === undefined) return guarded(platform.warn)
  if (onWarning === false) return () => {}
  if (typeof onWarning !== 'function') {
    throw argumentError('onWarning', 'a function or false', onWarning)
  }
  return guarded(onWarning)
}

function toEventListener(onEvent: NodeOptions['onEvent']): NodeConfig['onEvent'] {
  checkListener('onEvent', onEvent)
  return onEvent && guarded(onEvent)
}

function toStorage(state: string | StateStorage, { storageAt }: Platform): StateStorage {
  const isPath = typeof state === 'string' && state !== ''
  if (isPath && storageAt !== undefined) return storageAt(state)
  if (hasMethods(state, ['load', 'save', 'setAside'])) return state as StateStorage
  const expected =
    storageAt === undefined ? 'a StateStorage' : 'the path of a file or a StateStorage'
  throw argumentError('state', expected, state)
}

function checkedSources(given: NodeOptions['discovery'] = []): readonly DiscoverySource[] {
  if (!Array.isArray(given)) throw argumentError('discovery', 'a list', given)
  for (const source of given) {
    const isSource = hasMethods(source, ['start', 'close']) && typeof source.name === 'string'
    if (!isSource) throw argumentError('discovery', 'a DiscoverySource', source)
  }
  if (new Set(given).size === given.length) return [...given]
  throw argumentError('discovery', 'sources that differ', given)
}

/** The first transport is made at once: nothing is opened before its `start`. */
function toSource(given: Transport | TransportFactory): TransportSource {
  if (typeof given === 'function') return { transport: given(), again: given }
  return { transport: given, again: undefined }
}

function checkedTransports(
  given: readonly (Transport | TransportFactory)[],
): readonly TransportSource[] {
  if (!Array.isArray(given)) throw argumentError('transports', 'a list', given)
  const sources = given.map(toSource)
  const transports = sources.map(({ transport }) => transport)
  for (const transport of transports) {
    const isTransport = hasMethods(transport, ['start', 'send', 'close'])
    if (!isTransport || (transport.family !== 4 && transport.family !== 6)) {
      throw argumentError('transports', 'a Transport of family 4 or 6', transport)
    }
  }
  const families = new Set(transports.map(({ family }) => family))
  if (transports.length === 0 || families.size !== transports.length) {
    throw argumentError('transports', 'one or two of different families', transports)
  }
  return sources
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function')
}
