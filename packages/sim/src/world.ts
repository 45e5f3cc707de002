// A network of nodes in one process under virtual time, with one clock, one event queue and one
// seed. The same seed and the same calls give the same run, event for event, on every engine.

import type { Id } from '@dht/id'
import { dht256, type Endpoint, type Family, type Network as Protocol } from '@dht/krpc'
import type { CoreOptions, LookupMode, LookupResult, Outcome } from '@dht/node/core'
import { Chance } from './chance.ts'
import { argumentError, checkNames, SimError } from './errors.ts'
import type { Request } from './host/core-process.ts'
import { DrawableSet } from './host/drawable-set.ts'
import { Host } from './host/host.ts'
import { checkHostOptions, type HostOptions } from './host/host-options.ts'
import { SharedContacts } from './host/shared-contacts.ts'
import type { Reachable, WorldContext } from './host/world-context.ts'
import { Gateway } from './network/gateway.ts'
import { innerEndpoint, publicEndpoint } from './network/host-addresses.ts'
import { Network } from './network/network.ts'
import type { LinkOptions } from './network/network-options.ts'
import { Timeline } from './timeline.ts'
import { TraceHash } from './trace-hash.ts'
import { Watch, type Watcher } from './watch.ts'

export interface WorldOptions {
  /** Determines all random numbers of the world. Default 1. */
  readonly seed?: number | string
  /** What the network does to packets. */
  readonly network?: LinkOptions
  /** Options of all honest cores. */
  readonly core?: CoreOptions
  /** Whether events of one instant happen in random order, drawn from the seed. Default false. */
  readonly shuffle?: boolean
  /**
   * Whether honest nodes encode and decode their messages, as over a real network. Default true. If
   * false, they hand over unencoded messages, and a message is encoded only if something reads or
   * corrupts its bytes. The run is the same, but faster. Of an unencoded message the trace contains
   * only the size.
   */
  readonly encoded?: boolean
}

/** How a network grows. */
export interface GrowOptions {
  /** Time from one join to the next, ms. Default 100. Our choice. */
  readonly everyMs?: number
  /** Number of running nodes that a new node bootstraps from, drawn at random. Default 1. */
  readonly through?: number
  /** Options of the new hosts. */
  readonly host?: HostOptions
}

/**
 * Maximum number of contacts that the nodes of a world share. Our choice: more than the number of
 * nodes that fit into one process.
 */
const MOST_CONTACTS = 2 ** 17

/** Longest wait for an operation, ms of virtual time: longer than any operation takes. */
const LONGEST_WAIT_MS = 600_000

const OPTIONS: ReadonlySet<string> = new Set([
  'seed',
  'network',
  'core',
  'shuffle',
  'encoded',
] satisfies readonly (keyof WorldOptions)[])

export class World {
  readonly seed: number | string
  /** The root of all random streams. Create a branch of your own. */
  readonly chance: Chance
  readonly network: Network
  /** Options of all honest cores. */
  readonly core: CoreOptions
  readonly hosts: readonly Host[]
  readonly #hosts: Host[] = []
  readonly #context: WorldContext
  readonly #timeline: Timeline
  readonly #watch = new Watch()
  readonly #trace = new TraceHash()
  readonly #growth: Chance
  readonly #reachable = new DrawableSet<Reachable>()

  /** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for options that can't be used */
  constructor(options: WorldOptions = {}) {
    checkNames(options, OPTIONS)
    const { seed = 1, network, core = {}, shuffle = false, encoded = true } = options
    for (const [name, value] of Object.entries({ shuffle, encoded })) {
      if (typeof value !== 'boolean') throw argumentError(name, 'true or false', value)
    }
    this.seed = seed
    this.core = core
    this.chance = Chance.of(seed)
    this.hosts = this.#hosts
    this.#growth = this.chance.branch('growth')
    this.#timeline = new Timeline(shuffle ? this.chance.branch('shuffle') : undefined)
    this.network = new Network(this.#timeline, this.#watch, network)
    this.#context = {
      timeline: this.#timeline,
      network: this.network,
      watch: this.#watch,
      trace: this.#trace,
      reachable: this.#reachable,
      core,
      contacts: new SharedContacts(MOST_CONTACTS),
      encodes: encoded,
    }
  }

  /** The present instant, ms since the world began, whole. */
  get now(): number {
    return this.#timeline.now
  }

  /** Number of events that have happened: arrivals, alarms, and calls planned with `at`. */
  get events(): number {
    return this.#timeline.processed
  }

  /** Number of events to come. */
  get pending(): number {
    return this.#timeline.pending
  }

  /** A hash of everything that has happened, 16 hex digits. */
  get traceHash(): string {
    return this.#trace.value
  }

  /** Hosts whose process runs and is not suspended. */
  get running(): Host[] {
    return this.#hosts.filter((host) => host.isAwake)
  }

  /** Running hosts with an honest node. */
  get honest(): Host[] {
    return this.#hosts.filter((host) => host.isAwake && host.core !== undefined)
  }

  /** Notifies `watcher` of every event. @returns a function that ends that */
  watch(watcher: Watcher): () => void {
    return this.#watch.add(watcher)
  }

  /** Notifies watchers that the world was changed. The trace contains the instant only. */
  note(what: string): void {
    this.#trace.add(this.now)
    if (this.#watch.isWatched) this.#watch.notify({ kind: 'action', at: this.now, what })
  }

  /** Adds a host, on which nothing runs yet. */
  addHost(options: HostOptions = {}): Host {
    checkHostOptions(options)
    const number = this.#hosts.length
    const gateway = this.#gatewayOf(options, number)
    const endpoints = this.#endpointsOf(options, number, gateway)
    const chance = this.chance.branch('host', number)
    const host = new Host({ number, chance, endpoints, gateway, options }, this.#context)
    this.network.connect(host)
    this.#hosts.push(host)
    return host
  }

  /**
   * Adds `count` hosts with honest nodes. Each joins through running nodes, one after the other.
   * Returns when all have joined.
   */
  grow(count: number, options: GrowOptions = {}): Host[] {
    const { everyMs = 100, through = 1, host: hostOptions } = options
    const grown: Host[] = []
    const operationIds: number[] = []
    for (let i = 0; i < count; i++) {
      const host = this.addHost(hostOptions)
      const bootstrap = this.someEndpoints(through, this.#growth)
      host.start({ bootstrap, joins: false })
      operationIds.push(host.request({ kind: 'join' }))
      grown.push(host)
      this.advance(everyMs)
    }
    for (const [i, host] of grown.entries()) {
      if (host.core !== undefined) this.settle(host, operationIds[i] as number)
    }
    return grown
  }

  /** Endpoints of `count` honest nodes, drawn among those without a gateway. */
  someEndpoints(count: number, chance: Chance): Endpoint[] {
    return this.#reachable.sample(count, chance).map((host) => host.endpoint)
  }

  /** Calls `callback` at an instant, or now if that instant is past. @param at - ms, whole */
  at(at: number, callback: () => void): void {
    this.#timeline.at(at, callback)
  }

  /** Lets time pass and processes all events in order. @param ms - whole */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) throw argumentError('ms', 'a whole number', ms)
    this.advanceUntil(NEVER, ms)
  }

  /**
   * Lets time pass until `isReached` returns true, for at most `mostMs`. `isReached` is called
   * after every event.
   *
   * @returns whether it was reached
   */
  advanceUntil(isReached: () => boolean, mostMs: number): boolean {
    const until = this.now + mostMs
    if (isReached()) return true
    while (this.step(until)) if (isReached()) return true
    this.#timeline.skipTo(until)
    return false
  }

  /** Processes the next event if it is due by `until`. @returns whether there was one */
  step(until: number): boolean {
    try {
      return this.#timeline.step(until)
    } catch (cause) {
      if (SimError.is(cause)) throw cause
      const where = `seed ${this.seed}, instant ${this.now} ms, event ${this.events}`
      throw new SimError('ERR_DHT_SIM_PROCESS', `a process threw: ${where}`, cause)
    }
  }

  /** Moves time to `until`, but not beyond the next event. */
  skipTo(until: number): void {
    this.#timeline.skipTo(Math.min(until, this.#timeline.nextAt ?? until))
  }

  /**
   * Lets time pass until an operation has its outcome.
   *
   * @throws {SimError} `ERR_DHT_SIM_STALLED` if it has none after ten minutes of virtual time
   */
  settle(host: Host, operationId: number): Outcome {
    const { node } = host
    let outcome: Outcome | undefined
    const isSettled = (): boolean => {
      outcome = node.takeOutcome(operationId)
      return outcome !== undefined
    }
    this.advanceUntil(isSettled, LONGEST_WAIT_MS)
    if (outcome !== undefined) return outcome
    throw new SimError(
      'ERR_DHT_SIM_STALLED',
      `operation ${operationId} of host ${host.number}: no outcome after ${LONGEST_WAIT_MS} ms`,
    )
  }

  /** Looks up an identity. Returns when the lookup has ended. */
  lookup(host: Host, target: Id, mode: LookupMode = 'quick'): LookupResult {
    return this.#found(host, { kind: 'lookup', target, mode })
  }

  /** Finds the nodes nearest to `target`. Returns when the lookup has ended. */
  closest(host: Host, target: Id): LookupResult {
    return this.#found(host, { kind: 'closest', target })
  }

  #found(host: Host, request: Request): LookupResult {
    const outcome = this.settle(host, host.request(request))
    if (outcome.kind === 'found') return outcome.result
    throw new SimError('ERR_DHT_SIM_STATE', `${request.kind}: expected found, got ${outcome.kind}`)
  }

  #gatewayOf({ gateway }: HostOptions, number: number): Gateway | undefined {
    if (gateway === undefined || gateway instanceof Gateway) return gateway
    const isFirewall = gateway.kind === 'firewall'
    const address = isFirewall ? undefined : publicEndpoint(number, 4, 1).address
    return new Gateway(gateway, address)
  }

  #endpointsOf(
    { ipv4 = true, ipv6 = false, core, ...options }: HostOptions,
    number: number,
    gateway: Gateway | undefined,
  ): Partial<Record<Family, Endpoint>> {
    const { port = (core?.network ?? this.protocol).defaultPort } = options
    const isInside = gateway?.address !== undefined
    const own = isInside ? innerEndpoint(number, port) : publicEndpoint(number, 4, port)
    const v4 = ipv4 === true ? own : ipv4
    const v6 = ipv6 === true ? publicEndpoint(number, 6, port) : ipv6
    return { ...(v4 && { 4: v4 }), ...(v6 && { 6: v6 }) }
  }

  /** The DHT network that the cores belong to, unless their hosts have another. */
  get protocol(): Protocol {
    return this.core.network ?? dht256
  }
}

const NEVER = (): boolean => false
