// A network of nodes in one process under virtual time: one clock, one queue of what is to come,
// one seed. The same seed and the same actions give the same run, event for event, on every engine.

import type { Id } from '@dht/id'
import {
  ContactPool,
  dht256,
  type Endpoint,
  type Family,
  type Network as Protocol,
} from '@dht/krpc'
import type { CoreOptions, LookupMode, LookupResult, Outcome } from '@dht/node/core'
import { Chance } from './chance.ts'
import { argumentError, checkNames, SimError } from './errors.ts'
import type { Request } from './host/core-process.ts'
import { DrawableSet } from './host/drawable-set.ts'
import { Host } from './host/host.ts'
import { checkHostOptions, type HostOptions } from './host/host-options.ts'
import type { WorldContext } from './host/world-context.ts'
import { Gateway } from './network/gateway.ts'
import { innerEndpoint, publicEndpoint } from './network/host-addresses.ts'
import { Network } from './network/network.ts'
import type { LinkOptions } from './network/network-options.ts'
import { Timeline } from './timeline.ts'
import { TraceHash } from './trace-hash.ts'
import { Watch, type Watcher } from './watch.ts'

export interface WorldOptions {
  /** Decides everything that chance decides. Default 1. */
  readonly seed?: number | string
  /** What the network does to datagrams. */
  readonly network?: LinkOptions
  /** Options of all honest cores. */
  readonly core?: CoreOptions
  /** Whether events of one instant happen in an order drawn from the seed. Default false. */
  readonly shuffle?: boolean
  /**
   * Whether honest nodes write their datagrams and read them, as over a network. Default true. If
   * not, they hand messages on, and only those are written that somebody looks at or isCorrupted: the
   * same course, sooner. Of what was sent unwritten the trace takes in the size alone.
   */
  readonly encoded?: boolean
}

/** How a network grows. */
export interface GrowOptions {
  /** Time from one join's beginning to the next, ms. Default 100: ours. */
  readonly everyMs?: number
  /** How many nodes, drawn among those that run, a newcomer is told of. Default 1. */
  readonly through?: number
  /** What each host is like. */
  readonly host?: HostOptions
}

/** Contacts that a world shares: ours. More nodes than that are not seen in one process. */
const MOST_CONTACTS = 2 ** 17

/** Longest that an operation is waited for, ms of virtual time: longer than any can take. */
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
  /** The root of all chance; take a branch of your own. */
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
  readonly #open = new DrawableSet<Host>()

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
      reachable: this.#open,
      core,
      contacts: new ContactPool(MOST_CONTACTS),
      encodes: encoded,
    }
  }

  /** This instant, ms since the world began, whole. */
  get now(): number {
    return this.#timeline.now
  }

  /** Events that have happened: datagrams that arrived, alarms, and what was planned with `at`. */
  get events(): number {
    return this.#timeline.processed
  }

  /** Events still to come. */
  get pending(): number {
    return this.#timeline.pending
  }

  /** A fingerprint of everything that has happened: 16 hex digits. */
  get traceHash(): string {
    return this.#trace.value
  }

  /** Hosts on which something runs and hears. */
  get running(): Host[] {
    return this.#hosts.filter((host) => host.isAwake)
  }

  /** Running hosts with an honest node. */
  get honest(): Host[] {
    return this.#hosts.filter((host) => host.isAwake && host.core !== undefined)
  }

  /** Tells `watcher` of everything that happens. @returns ends it */
  watch(watcher: Watcher): () => void {
    return this.#watch.add(watcher)
  }

  /** Tells watchers that something was done to the world. The trace takes in the instant alone. */
  note(what: string): void {
    this.#trace.add(this.now)
    if (this.#watch.isWatched) this.#watch.notify({ kind: 'action', at: this.now, what })
  }

  /** A host on which nothing runs yet. */
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
   * `count` hosts with honest nodes, each joining through nodes that run already, until all have
   * joined.
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

  /** Where `count` honest nodes, drawn among those that anybody can reach, are to be found. */
  someEndpoints(count: number, chance: Chance): Endpoint[] {
    return this.#open.sample(count, chance).map((host) => host.endpoint)
  }

  /** Has `act` done at an instant; one that is past counts as now. @param at - ms, whole */
  at(at: number, callback: () => void): void {
    this.#timeline.at(at, callback)
  }

  /** Lets time pass; everything due in it happens in order. @param ms - whole */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) throw argumentError('ms', 'a whole number', ms)
    this.advanceUntil(NEVER, ms)
  }

  /**
   * Lets time pass until `isReached`, asked after every event, or for `mostMs` in all.
   * @returns whether it was reached
   */
  advanceUntil(isReached: () => boolean, mostMs: number): boolean {
    const until = this.now + mostMs
    if (isReached()) return true
    while (this.step(until)) if (isReached()) return true
    this.#timeline.skipTo(until)
    return false
  }

  /** Lets the next event happen if it is due by `until`. @returns whether one was */
  step(until: number): boolean {
    try {
      return this.#timeline.step(until)
    } catch (cause) {
      if (SimError.is(cause)) throw cause
      const where = `seed ${this.seed}, instant ${this.now} ms, event ${this.events}`
      throw new SimError('ERR_DHT_SIM_PROCESS', `a process threw: ${where}`, cause)
    }
  }

  /** Lets time pass up to an instant at which nothing is due before. */
  skipTo(until: number): void {
    this.#timeline.skipTo(Math.min(until, this.#timeline.nextAt ?? until))
  }

  /**
   * Lets time pass until an operation has its outcome.
   * @throws {SimError} `ERR_DHT_SIM_STALLED` when it has none after ten minutes
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
      `operationId ${operationId} of host ${host.number} has no end`,
    )
  }

  /** A lookup from beginning to end. */
  lookup(host: Host, target: Id, mode: LookupMode = 'quick'): LookupResult {
    return this.#found(host, { kind: 'lookup', target, mode })
  }

  /** The walk to the nodes nearest to `target`. */
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
    { ipv4 = true, ipv6 = false, port = this.protocol.defaultPort }: HostOptions,
    number: number,
    gateway: Gateway | undefined,
  ): Partial<Record<Family, Endpoint>> {
    const isInside = gateway?.address !== undefined
    const own = isInside ? innerEndpoint(number, port) : publicEndpoint(number, 4, port)
    const v4 = ipv4 === true ? own : ipv4
    const v6 = ipv6 === true ? publicEndpoint(number, 6, port) : ipv6
    return { ...(v4 && { 4: v4 }), ...(v6 && { 6: v6 }) }
  }

  /** The network that cores speak. */
  get protocol(): Protocol {
    return this.core.network ?? dht256
  }
}

const NEVER = (): boolean => false
