// One simulated machine: addresses, a clock, a disk, and at most one process. The process runs, is
// suspended, or has ended. The host delivers packets to it and keeps one alarm for it, as the shell
// of `@dht/node` does. A host does not know what its process is for.

import type { Id } from '@dht/id'
import { dht256, type Endpoint, type Family, type Network as Protocol } from '@dht/krpc'
import type { Command, CoreOptions, NodeCore } from '@dht/node/core'
import type { Chance } from '../chance.ts'
import { SimError } from '../errors.ts'
import type { Gateway } from '../network/gateway.ts'
import type { Place } from '../network/latency/latency.ts'
import type { LazyPacket, PacketContent } from '../network/lazy-packet.ts'
import type { NetworkHost } from '../network/network-host.ts'
import { Pipe } from '../network/pipe.ts'
import { WireChance } from '../network/wire-chance.ts'
import type { HostChange } from '../world-event.ts'
import { CoreProcess, type OperationObserver, type Request } from './core-process.ts'
import { deliver } from './deliver.ts'
import { Disk } from './disk.ts'
import { HostAlarm } from './host-alarm.ts'
import { HostClock } from './host-clock.ts'
import { HostLog } from './host-log.ts'
import type { HostOptions } from './host-options.ts'
import { createNodeProcess, type StartOptions } from './node-start.ts'
import type { Process, Socket } from './process.ts'
import type { WorldContext } from './world-context.ts'

/** What a world decides about a host. */
export interface HostInit {
  readonly number: number
  readonly chance: Chance
  readonly endpoints: Readonly<Partial<Record<Family, Endpoint>>>
  readonly gateway: Gateway | undefined
  readonly options: HostOptions
}

export type HostState = 'new' | 'running' | 'suspended' | 'closed' | 'crashed'

const IGNORE_OUTCOME: OperationObserver = Object.freeze({ settled: () => {} })

export class Host implements NetworkHost, Socket {
  /** Index in `world.hosts`. */
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
  readonly #log: HostLog
  readonly #alarm: HostAlarm
  #state: HostState = 'new'
  #process: Process | undefined
  /** How many processes were started so far. */
  #starts = 0
  #suspendedAt = 0
  /** The id of the honest node, as last seen; undefined where ids never change. */
  #knownId: Id | undefined
  /** Time left until the alarm when the host was suspended, ms. */
  #timerLeftMs: number | undefined

  /** @internal Call {@link World.addHost} instead. */
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
    this.#log = new HostLog(init.number, context)
    this.#alarm = new HostAlarm(context.timeline, () => this.#onAlarm())
  }

  get state(): HostState {
    return this.#state
  }

  get isAwake(): boolean {
    return this.#state === 'running'
  }

  /** The process that was started last; undefined once it has ended. */
  get process(): Process | undefined {
    return this.#process
  }

  /** The honest node that runs here. @throws {SimError} `ERR_DHT_SIM_STATE` if there is none */
  get node(): CoreProcess {
    if (this.#process instanceof CoreProcess) return this.#process
    throw new SimError('ERR_DHT_SIM_STATE', `host ${this.number} runs no honest node`)
  }

  /** The core of the honest node; undefined if there is none. */
  get core(): NodeCore | undefined {
    return this.#process instanceof CoreProcess ? this.#process.core : undefined
  }

  /** The host's own clock, ms, whole. */
  get now(): number {
    return this.clock.read(this.#context.timeline.now)
  }

  /** The endpoint that the process listens at. Behind an address translation: the inner one. */
  local(family: Family): Endpoint | undefined {
    return this.#init.endpoints[family]
  }

  /** The IPv4 endpoint, or the IPv6 one if there is no other. */
  get endpoint(): Endpoint {
    return (this.local(4) ?? this.local(6)) as Endpoint
  }

  /** The DHT network of the host's node, unless it is started with another. */
  get protocol(): Protocol {
    return this.#init.options.core?.network ?? this.#context.core.network ?? dht256
  }

  /** Starts an honest node: the one saved on disk, or a new one. */
  start(options: StartOptions = {}): CoreProcess {
    const saved = options.remembers === false ? undefined : this.disk.state
    const core: CoreOptions = { ...this.#context.core, ...this.#init.options.core, ...options.core }
    const node = createNodeProcess({
      socket: this,
      context: this.#context,
      chance: this.chance,
      starts: this.#starts,
      id: saved?.ids ?? this.#init.options.id,
      core,
    })
    this.run(node)
    const { secureIds } = core.network ?? dht256
    this.#knownId = secureIds ? node.id : undefined
    node.core.restore(saved?.contacts ?? [])
    const { bootstrap = [] } = options
    if (bootstrap.length > 0) this.execute({ kind: 'bootstrap', endpoints: bootstrap, routers: [] })
    if (options.joins !== false) this.request({ kind: 'join' }, IGNORE_OUTCOME)
    for (const { id: target, ...published } of saved?.announcements ?? []) {
      this.request({ kind: 'enter', target, ...published }, IGNORE_OUTCOME)
    }
    const { saveEveryMs } = this.#init.options
    if (saveEveryMs !== undefined) this.#scheduleSave(saveEveryMs, this.#starts)
    return node
  }

  /** Runs a process of any kind. @throws {SimError} `ERR_DHT_SIM_STATE` if one runs already */
  run(program: Process): void {
    if (this.#process !== undefined) {
      throw new SimError('ERR_DHT_SIM_STATE', `host ${this.number} runs a process already`)
    }
    this.#process = program
    this.#starts++
    this.#setState('running', 'started')
    this.rearm()
  }

  /** Ends the process in an orderly way. An honest node saves its state to disk. */
  close(): void {
    if (this.#process instanceof CoreProcess) this.disk.save(this.#process.state())
    this.#stop('closed')
  }

  /** Ends the process at once. State that was not saved is lost. */
  crash(): void {
    this.#stop('crashed')
  }

  /** Suspends the machine: it receives nothing, and its timers stop. */
  suspend(): void {
    if (this.#state !== 'running') throw this.#wrongState('running')
    this.#suspendedAt = this.#context.timeline.now
    this.#timerLeftMs = this.#alarm.stop()
    this.#setState('suspended', 'suspended')
  }

  /** Resumes the machine. Its timers ring as late as those of the shell of `@dht/node` would. */
  resume(): void {
    if (this.#state !== 'suspended') throw this.#wrongState('suspended')
    const { timeline } = this.#context
    this.clock.slept(timeline.now - this.#suspendedAt)
    this.#setState('running', 'resumed')
    if (this.#timerLeftMs !== undefined) this.#alarm.set(timeline.now + this.#timerLeftMs)
  }

  /** Starts a command of the honest node. */
  execute(command: Command): void {
    if (this.#state !== 'running') throw this.#wrongState('running')
    this.#log.traceRequested()
    this.#log.requested(command, this.node.start(command, this.now))
    this.#acted()
  }

  /**
   * Starts an operation of the honest node.
   *
   * @param observer - notified of results and of the end. Default: the outcome is kept for
   *   `node.takeOutcome`
   * @returns the operation's id
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

  /** @internal The network delivers a packet. */
  receive(packet: LazyPacket): void {
    this.#log.traceReceived(packet)
    const effects = this.#process === undefined ? [] : deliver(packet, this.#process, this.now)
    this.#log.received(packet, effects)
    this.#acted()
  }

  /** @internal Moves the alarm to an earlier instant if the process has an earlier timeout. */
  rearm(): void {
    const wanted = this.#process?.nextTimeout(this.now)
    if (wanted !== undefined) this.#alarm.set(this.clock.instantOf(wanted))
  }

  /**
   * Handles the alarm. If the process's timeout has moved to a later instant, the alarm is only set
   * again.
   *
   * @returns whether the process handled a timeout
   */
  #onAlarm(): boolean {
    const { now } = this
    const program = this.#process
    if (program === undefined || (program.nextTimeout(now) ?? Number.POSITIVE_INFINITY) > now) {
      this.rearm()
      return false
    }
    this.#log.traceTimeout()
    this.#log.timedOut(program.handleTimeout(now))
    this.#acted()
    return true
  }

  /** The process has done something: its id and its next timeout may have changed. */
  #acted(): void {
    const id = this.#knownId && this.core?.id
    if (id !== this.#knownId) {
      this.#knownId = id
      this.#log.changed('id-changed')
    }
    this.rearm()
  }

  #stop(how: 'closed' | 'crashed'): void {
    if (this.#process === undefined) throw this.#wrongState('running')
    this.#process.stop?.(how)
    this.#process = undefined
    this.#knownId = undefined
    this.#alarm.stop()
    this.#setState(how, how)
  }

  #setState(state: HostState, change: HostChange): void {
    const { reachable } = this.#context
    this.#state = state
    const isReachable = state === 'running' && this.gateway === undefined && this.core !== undefined
    if (isReachable) reachable.add(this)
    else reachable.delete(this)
    this.#log.changed(change)
  }

  #scheduleSave(everyMs: number, start: number): void {
    const { timeline } = this.#context
    timeline.at(timeline.now + everyMs, () => {
      if (this.#starts !== start || !(this.#process instanceof CoreProcess)) return
      if (this.#state === 'running') this.disk.save(this.#process.state())
      this.#scheduleSave(everyMs, start)
    })
  }

  #wrongState(wanted: HostState): SimError {
    const message = `host ${this.number}: expected it to be ${wanted}, got ${this.#state}`
    return new SimError('ERR_DHT_SIM_STATE', message)
  }
}

function placeFrom(chance: Chance): Place {
  return { x: chance.unit(), y: chance.unit() }
}
