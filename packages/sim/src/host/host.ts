// A machine: addresses, a clock, a disk, and one process at most, which runs, sleeps or is gone. It
// keeps one alarm for its process, as the production shell does.

import { type Id, randomId } from '@dht/id'
import { type ContactPool, dht256, type Endpoint, type Family } from '@dht/krpc'
import { type Command, type CoreOptions, type Effect, NodeCore } from '@dht/node/core'
import type { Chance } from '../chance.ts'
import { SimError } from '../errors.ts'
import type { Gateway } from '../network/gateway.ts'
import type { Place } from '../network/latency/latency.ts'
import type { LazyPacket, PacketContent } from '../network/lazy-packet.ts'
import type { NetworkHost } from '../network/machine.ts'
import type { Network } from '../network/network.ts'
import { Pipe } from '../network/pipe.ts'
import { WireChance } from '../network/wire-chance.ts'
import type { Timeline } from '../timeline.ts'
import type { TraceHash } from '../trace-hash.ts'
import type { Watch } from '../watch.ts'
import type { LifeChange } from '../world-event.ts'
import { CoreProcess, type OperationObserver, type Request } from './core-process.ts'
import { Disk } from './disk.ts'
import type { DrawableSet } from './drawable-set.ts'
import { HostAlarm } from './host-alarm.ts'
import { HostClock } from './host-clock.ts'
import type { HostOptions } from './host-options.ts'
import type { Process, Socket } from './process.ts'

/** What all hosts of a world share. */
export interface WorldContext {
  readonly timeline: Timeline
  readonly network: Network
  readonly watch: Watch
  readonly trace: TraceHash
  /** Hosts that run an honest node, are awake, and can be reached by anybody. */
  readonly reachable: DrawableSet<Host>
  /** Options of all honest cores. */
  readonly core: CoreOptions
  /** All that its cores know. */
  readonly contacts: ContactPool
  /** Whether what they send leaves as bytes. */
  readonly encodes: boolean
}

/** Which host it is, and where. */
export interface HostInit {
  readonly number: number
  readonly chance: Chance
  readonly endpoints: Readonly<Partial<Record<Family, Endpoint>>>
  readonly gateway: Gateway | undefined
  readonly options: HostOptions
}

export type HostState = 'new' | 'running' | 'suspended' | 'closed' | 'crashed'

/** How an honest node starts. */
export interface StartOptions {
  /** Whom it knows to begin with. Default: nobody but those on its disk. */
  readonly bootstrap?: readonly Endpoint[]
  /** On top of the host's and the world's. */
  readonly core?: CoreOptions
  /** Whether it looks at its disk. Default true. */
  readonly remembers?: boolean
  /** Whether it joins by itself, as the production shell does. Default true. */
  readonly joins?: boolean
}

const IGNORE_OUTCOME: OperationObserver = Object.freeze({ settled: () => {} })

export class Host implements NetworkHost, Socket {
  readonly number: number
  readonly chance: Chance
  readonly clock: HostClock
  readonly disk: Disk = new Disk()
  readonly place: Place
  readonly gateway: Gateway | undefined
  readonly up: Pipe | undefined
  readonly down: Pipe | undefined
  readonly #context: WorldContext
  readonly #init: HostInit
  readonly #wire: WireChance
  #state: HostState = 'new'
  #process: Process | undefined
  readonly #alarm: HostAlarm
  /** Which start of a process this is. */
  #life = 0
  #asleepSince = 0
  /** What was left of its timer when it fell asleep, ms. */
  #timerLeftMs: number | undefined

  /** @internal {@link World.addHost} makes hosts. */
  constructor(init: HostInit, context: WorldContext) {
    const { options, chance } = init
    this.#init = init
    this.#context = context
    this.number = init.number
    this.chance = chance
    this.gateway = init.gateway
    this.clock = new HostClock(options.clock)
    this.place = options.place ?? placeFrom(chance.branch('place'))
    this.up = options.up && new Pipe(options.up)
    this.down = options.down && new Pipe(options.down)
    this.#wire = new WireChance(chance.branch('wire'))
    this.#alarm = new HostAlarm(context.timeline, () => this.#onAlarm())
  }

  get state(): HostState {
    return this.#state
  }

  get isAwake(): boolean {
    return this.#state === 'running'
  }

  /** What runs on it. */
  get process(): Process | undefined {
    return this.#process
  }

  /** The honest node that runs on it. @throws {SimError} when there is none */
  get node(): CoreProcess {
    if (this.#process instanceof CoreProcess) return this.#process
    throw new SimError('ERR_DHT_SIM_STATE', `host ${this.number} runs no honest node`)
  }

  /** The same; undefined when there is none. */
  get core(): NodeCore | undefined {
    return this.#process instanceof CoreProcess ? this.#process.core : undefined
  }

  get now(): number {
    return this.clock.read(this.#context.timeline.now)
  }

  /** Where its process listens: the inner endpoint behind an address translation. */
  local(family: Family): Endpoint | undefined {
    return this.#init.endpoints[family]
  }

  /** Its first endpoint. */
  get endpoint(): Endpoint {
    return (this.local(4) ?? this.local(6)) as Endpoint
  }

  /** Starts an honest node: the one on disk again, or a new one. */
  start(options: StartOptions = {}): CoreProcess {
    const saved = options.remembers === false ? undefined : this.disk.state
    const core: CoreOptions = { ...this.#context.core, ...this.#init.options.core, ...options.core }
    const chance = this.chance.branch('core', this.#life)
    const id = saved?.id ?? this.#init.options.id ?? this.#randomId(core)
    const { contacts, encodes } = this.#context
    const init = { id, random: chance.source, contacts }
    const node = new CoreProcess(new NodeCore(init, core), this, encodes)
    this.run(node)
    node.core.restore(saved?.contacts ?? [])
    const { bootstrap = [] } = options
    if (bootstrap.length > 0) this.execute({ kind: 'bootstrap', endpoints: bootstrap, routers: [] })
    if (options.joins !== false) this.request({ kind: 'join' }, IGNORE_OUTCOME)
    for (const { id: target, port } of saved?.announcements ?? []) {
      this.request({ kind: 'enter', target, port }, IGNORE_OUTCOME)
    }
    const { saveEveryMs } = this.#init.options
    if (saveEveryMs !== undefined) this.#scheduleSave(saveEveryMs, this.#life)
    return node
  }

  /** Runs a process of any kind. @throws {SimError} when one runs already */
  run(program: Process): void {
    if (this.#process !== undefined) {
      throw new SimError('ERR_DHT_SIM_STATE', `host ${this.number} runs something already`)
    }
    this.#process = program
    this.#life++
    this.#setState('running', 'started')
    this.rearm()
  }

  /** Ends its process in good order: state goes to disk. */
  close(): void {
    if (this.#process instanceof CoreProcess) this.disk.save(this.#process.state())
    this.#stop('closed')
  }

  /** Ends its process at once: what was not saved is lost. */
  crash(): void {
    this.#stop('crashed')
  }

  /** The lid is shut: it hears nothing, and its timers stand still. */
  suspend(): void {
    if (this.#state !== 'running') throw this.#wrongState('running')
    this.#asleepSince = this.#context.timeline.now
    this.#timerLeftMs = this.#alarm.stop()
    this.#setState('suspended', 'suspended')
  }

  /** The lid is opened. What was due rings as late as the production shell's timers would. */
  resume(): void {
    if (this.#state !== 'suspended') throw this.#wrongState('suspended')
    const { timeline } = this.#context
    this.clock.slept(timeline.now - this.#asleepSince)
    this.#setState('running', 'resumed')
    if (this.#timerLeftMs !== undefined) this.#alarm.set(timeline.now + this.#timerLeftMs)
  }

  /** Begins a command of an honest node. */
  execute(command: Command): void {
    if (this.#state !== 'running') throw this.#wrongState('running')
    const { timeline, trace, watch } = this.#context
    trace.add(timeline.now)
    trace.add(this.number)
    const effects = this.node.start(command, this.now)
    if (watch.isWatched) {
      watch.notify({ kind: 'requested', at: timeline.now, host: this.number, command, effects })
    }
    this.rearm()
  }

  /**
   * Operations something of an honest node.
   * @param observer - told what becomes of it; default: the outcome is kept for `node.take`
   * @returns its operation id
   */
  request(request: Request, observer: OperationObserver = {}): number {
    const operationId = this.node.openOperation(observer)
    this.execute({ ...request, operationId } as Command)
    return operationId
  }

  send(content: PacketContent, to: Endpoint): void {
    if (this.#state !== 'running') return
    this.#context.network.send({ content, to }, this, this.#wire)
  }

  /** @internal A datagram reached it. */
  receive(packet: LazyPacket): void {
    const { timeline, trace, watch } = this.#context
    const { content, from, sender = -1 } = packet
    trace.add(timeline.now)
    trace.add(sender)
    trace.add(this.number)
    if (content instanceof Uint8Array) trace.addBytes(content)
    else trace.add(content.size)
    const effects = this.#deliver(content, from)
    if (watch.isWatched) {
      const { number } = this
      watch.notify({ kind: 'received', at: timeline.now, host: number, packet, effects })
    }
    this.rearm()
  }

  #deliver(content: PacketContent, from: Endpoint): readonly Effect[] {
    const { now } = this
    const program = this.#process
    if (program === undefined) return []
    if (content instanceof Uint8Array) return lend(content, (b) => program.receive(b, from, now))
    const effects = program.receiveMessage?.(content, from, now)
    return effects ?? lend(content.bytes, (bytes) => program.receive(bytes, from, now))
  }

  /** @internal Moves the alarm forward when its process wants to be woken sooner. */
  rearm(): void {
    const wanted = this.#process?.nextTimeout(this.now)
    if (wanted !== undefined) this.#alarm.set(this.clock.instantOf(wanted))
  }

  /**
   * The alarm rang. One that is early by now is set anew: to wake a process early would do nothing.
   * @returns whether its process was woken
   */
  #onAlarm(): boolean {
    const { timeline, trace, watch } = this.#context
    const { now } = this
    if ((this.#process?.nextTimeout(now) ?? Number.POSITIVE_INFINITY) > now) {
      this.rearm()
      return false
    }
    trace.add(timeline.now)
    trace.add(~this.number)
    const effects = this.#process?.handleTimeout(now) ?? []
    if (watch.isWatched) {
      watch.notify({ kind: 'timeout', at: timeline.now, host: this.number, effects })
    }
    this.rearm()
    return true
  }

  #stop(how: 'closed' | 'crashed'): void {
    if (this.#process === undefined) throw this.#wrongState('running')
    this.#process.stop?.(how)
    this.#process = undefined
    this.#alarm.stop()
    this.#setState(how, how)
  }

  #setState(state: HostState, change: LifeChange): void {
    const { reachable, timeline, trace, watch } = this.#context
    this.#state = state
    const isReachable = state === 'running' && this.gateway === undefined && this.core !== undefined
    if (isReachable) reachable.add(this)
    else reachable.delete(this)
    trace.add(timeline.now)
    trace.add(this.number)
    if (watch.isWatched) watch.notify({ kind: 'life', at: timeline.now, host: this.number, change })
  }

  #scheduleSave(everyMs: number, life: number): void {
    const { timeline } = this.#context
    timeline.at(timeline.now + everyMs, () => {
      if (this.#life !== life || !(this.#process instanceof CoreProcess)) return
      if (this.#state === 'running') this.disk.save(this.#process.state())
      this.#scheduleSave(everyMs, life)
    })
  }

  #randomId(core: CoreOptions): Id {
    return randomId((core.network ?? dht256).idLength, this.chance.branch('id', this.#life).source)
  }

  #wrongState(wanted: HostState): SimError {
    const message = `host ${this.number}: expected it to be ${wanted}, got ${this.#state}`
    return new SimError('ERR_DHT_SIM_STATE', message)
  }
}

function placeFrom(chance: Chance): Place {
  return { x: chance.unit(), y: chance.unit() }
}

/**
 * Hands over a copy of a datagram that is good until `receive` returns, as the port of transports
 * allows, and overwrites it afterwards: who kept a view of it reads nonsense.
 */
function lend<T>(datagram: Uint8Array, receive: (bytes: Uint8Array) => T): T {
  const lent = datagram.slice()
  const result = receive(lent)
  lent.fill(0xee)
  return result
}
