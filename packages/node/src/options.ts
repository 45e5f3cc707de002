// What may be set on a node: the core's options, and what only the shell knows (sockets, names, files,
// chance and time). Resolved once, when the node is made.

import { type Id, idFromBytes, idFromHex, type RandomSource } from '@dht/id'
import type { Endpoint, Family, Transport } from '@dht/krpc'
import { fileStorage } from './adapters/file-storage.ts'
import { systemClock } from './adapters/system-clock.ts'
import { systemRandom } from './adapters/system-random.ts'
import { systemResolver } from './bootstrap.ts'
import {
  CORE_DEFAULTS,
  type CoreConfig,
  type CoreOptions,
  resolveCoreOptions,
} from './core/config.ts'
import { argumentError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { Resolver } from './ports/resolver.ts'
import type { StateStorage } from './ports/state-storage.ts'

export interface NodeOptions extends CoreOptions {
  /** Own id, as bytes of the network's width or as hex. Default: the saved one, else random. */
  readonly id?: Uint8Array | string
  /** UDP port for both families; 0 lets the system choose. Default: the network's (3739, Mainline 6881). */
  readonly port?: number
  /** IPv4 address to bind, or false for no IPv4. Default `0.0.0.0`. */
  readonly ipv4?: string | false
  /** IPv6 address to bind, or false for no IPv6. Default `::`, silently left out where there is no IPv6. */
  readonly ipv6?: string | false
  /** Transports in place of UDP, at most one per family; `port`, `ipv4` and `ipv6` are then not used. */
  readonly transports?: readonly Transport[]
  /** Where to find the network: `host:port`, `[::1]:port` or endpoints. Default: the network's public routers. */
  readonly bootstrap?: readonly (string | Endpoint)[]
  /** Where state is kept: a file's path or a storage. Default: nowhere. */
  readonly state?: string | StateStorage
  /** Time between two savings of the state, ms. Default 5 min: ours; the most learning a crash can cost. */
  readonly saveEveryMs?: number
  /** Fresh random bytes. Default: the operating system's. */
  readonly random?: RandomSource
  /** Time and alarms. Default: the machine's. */
  readonly clock?: Clock
  /** Names to addresses. Default: the machine's. */
  readonly resolver?: Resolver
}

export interface NodeConfig {
  readonly core: CoreConfig
  readonly id: Id | undefined
  readonly port: number
  readonly addresses: Readonly<Record<Family, string | false>>
  /** Families whose socket may fail to open without the node failing. */
  readonly optional: ReadonlySet<Family>
  readonly transports: readonly Transport[] | undefined
  readonly bootstrap: readonly (string | Endpoint)[]
  /** Whether the bootstrap list is the network's own public routers. */
  readonly routers: boolean
  readonly storage: StateStorage | undefined
  readonly saveEveryMs: number
  readonly random: RandomSource
  readonly clock: Clock
  readonly resolver: Resolver
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
  'state',
  'saveEveryMs',
  'random',
  'clock',
  'resolver',
])

/** @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` naming the option and its value */
export function resolveNodeOptions(options: NodeOptions = {}): NodeConfig {
  const core = resolveCoreOptions(coreOptions(options))
  const { port = core.network.defaultPort, saveEveryMs = SAVE_EVERY_MS } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw argumentError('port', 'a whole number from 0 to 65535', port)
  }
  if (!(saveEveryMs > 0)) throw argumentError('saveEveryMs', 'a positive number', saveEveryMs)
  const { ipv4 = '0.0.0.0', ipv6 = '::' } = options
  return Object.freeze({
    core,
    id: options.id === undefined ? undefined : ownId(options.id, core.network.idLength),
    port,
    addresses: { 4: ipv4, 6: ipv6 },
    optional: new Set<Family>(options.ipv6 === undefined && ipv4 !== false ? [6] : []),
    transports:
      options.transports === undefined ? undefined : checkedTransports(options.transports),
    bootstrap: options.bootstrap ?? core.network.bootstrap,
    routers: options.bootstrap === undefined,
    storage: typeof options.state === 'string' ? fileStorage(options.state) : options.state,
    saveEveryMs,
    random: options.random ?? systemRandom(),
    clock: options.clock ?? systemClock(),
    resolver: options.resolver ?? systemResolver,
  })
}

/** Unknown names are left in, so that the core's gate names them. */
function coreOptions(options: NodeOptions): CoreOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !SHELL_OPTIONS.has(name) || name in CORE_DEFAULTS),
  )
}

function ownId(id: Uint8Array | string, width: number): Id {
  return typeof id === 'string' ? idFromHex(id, width) : idFromBytes(id, width)
}

function checkedTransports(transports: readonly Transport[]): readonly Transport[] {
  const families = new Set(transports.map(({ family }) => family))
  if (transports.length === 0 || families.size !== transports.length) {
    throw argumentError('transports', 'one or two of different families', transports.length)
  }
  return transports
}
