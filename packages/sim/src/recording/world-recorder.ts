// Records a world for people to look at: the tables, lookups and events of its honest nodes, and
// what was done to the network. It only watches. Traced nodes do the same as others, so a recorded
// run is the run that the seed gives without a recorder.

import type { NodeCore } from '@dht/node/core'
import {
  type RecordedMessage,
  type RecordedNode,
  RecordingWriter,
  Reporter,
} from '@dht/observatory/recording'
import { argumentError, checkNames } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Violation } from '../invariants/checker.ts'
import { faultsText } from '../network/network-options.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import { FaultLog } from './fault-log.ts'
import { nodeOf } from './recorded-node.ts'

export interface WorldRecorderOptions {
  /** What is recorded, for people. Default `@dht/sim`. */
  readonly source?: string
  /** Most hosts that are recorded, those that were added first. Default 50 (our choice). */
  readonly nodes?: number
  /** Time between two looks at the tables of a node, ms of virtual time. Default 5,000 (ours). */
  readonly everyMs?: number
  /** Most frames. Default and upper bound: 200,000. */
  readonly maxFrames?: number
  /** Most characters of all frames. Default and upper bound: 64 Mi. */
  readonly maxCharacters?: number
}

const OPTIONS: ReadonlySet<string> = new Set([
  'source',
  'nodes',
  'everyMs',
  'maxFrames',
  'maxCharacters',
] satisfies readonly (keyof WorldRecorderOptions)[])

/** What happened to a node in this time is told in one frame, ms: ours. */
const FRAME_MS = 1_000

interface Recorded {
  readonly host: Host
  readonly core: NodeCore
  readonly reporter: Reporter
  /** Whether it has done anything since its last frame. */
  hasActed: boolean
  /** Instant of the world at which its tables are looked at next, ms. */
  viewAt: number
}

export class WorldRecorder {
  /** Ends the recording. */
  readonly end: () => void
  readonly #world: World
  readonly #writer: RecordingWriter
  readonly #faults: FaultLog
  readonly #most: number
  readonly #everyMs: number
  /** The running nodes, by the number of their hosts. */
  readonly #running = new Map<number, Recorded>()
  /** Hosts that have frames. */
  readonly #recorded = new Set<number>()
  /** What ran last on each host. */
  readonly #nodes = new Map<number, RecordedNode>()
  #nextFrameAt = 0

  /**
   * @param world - to be recorded from now on. Nodes that run already are not recorded
   * @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for options that can't be used
   */
  constructor(world: World, options: WorldRecorderOptions = {}) {
    checkNames(options, OPTIONS)
    const { source = '@dht/sim', nodes = 50, everyMs = 5_000, ...bounds } = options
    for (const [name, value] of Object.entries({ nodes, everyMs, ...bounds })) {
      if (Number.isSafeInteger(value) && value >= 1) continue
      throw argumentError(name, 'a whole number of at least 1', value)
    }
    const { name: network, idLength } = world.protocol
    const idBits = idLength * 8
    const start = { source, seed: String(world.seed), network, idBits, startAt: world.now }
    this.#world = world
    this.#most = nodes
    this.#everyMs = everyMs
    this.#writer = new RecordingWriter({ ...start, ...bounds })
    const faults = faultsText(world.network.config)
    this.#faults = new FaultLog((fault) => this.#writer.fault(fault), { faults, at: world.now })
    this.end = world.watch((event) => this.#happened(event))
  }

  /** Whether a bound was reached, so that the end of the run is missing. */
  get isCut(): boolean {
    return this.#writer.isCut
  }

  /**
   * Ends the recording and returns its lines, each with its line feed. The state of each running
   * node is that of this instant.
   *
   * @param violations - of invariants, which are marked as faults
   */
  *lines(violations: readonly Violation[] = []): Generator<string> {
    this.end()
    const { now, hosts } = this.#world
    for (const recorded of this.#running.values()) {
      recorded.viewAt = now
      this.#tell(recorded)
    }
    for (const violation of violations) this.#faults.violated(violation)
    this.#faults.end()
    for (const host of hosts) if (host.process !== undefined) this.#see(host)
    yield* this.#writer.lines(
      hosts.map((host) => this.#nodeOf(host)),
      now,
    )
  }

  #happened(event: WorldEvent): void {
    this.#faults.add(event)
    if (event.kind === 'host-changed') this.#hostChanged(event)
    if ('effects' in event) this.#acted(event)
    if (event.at < this.#nextFrameAt) return
    this.#nextFrameAt = event.at + FRAME_MS
    for (const recorded of this.#running.values()) if (recorded.hasActed) this.#tell(recorded)
  }

  #hostChanged({ host: number, change }: Extract<WorldEvent, { kind: 'host-changed' }>): void {
    const recorded = this.#running.get(number)
    if (change === 'started') {
      const host = this.#world.hosts[number] as Host
      this.#see(host)
      this.#begin(host)
    }
    if (recorded === undefined || (change !== 'crashed' && change !== 'closed')) return
    this.#running.delete(number)
    const { reporter, host } = recorded
    reporter.ended(host.now)
    this.#frame(recorded, reporter.take(host.now))
  }

  #see(host: Host): void {
    this.#nodes.set(host.number, nodeOf(host))
  }

  #nodeOf(host: Host): RecordedNode {
    const seen = this.#nodes.get(host.number) ?? nodeOf(host)
    return { ...seen, isRecorded: this.#recorded.has(host.number) }
  }

  #begin(host: Host): void {
    const { core, number } = host
    if (core === undefined || number >= this.#most || this.isCut) return
    core.watch(true)
    core.traceLookups(true)
    const viewAt = this.#world.now + this.#everyMs
    const recorded = { host, core, reporter: new Reporter(), hasActed: false, viewAt }
    this.#running.set(number, recorded)
    this.#frame(recorded, [recorded.reporter.snapshot(core.view(host.now))])
  }

  #acted({ host: number, effects }: Extract<WorldEvent, { readonly effects: unknown }>): void {
    const recorded = this.#running.get(number)
    if (recorded === undefined) return
    recorded.hasActed = true
    const { reporter, host } = recorded
    for (const effect of effects) {
      if (effect.kind === 'trace') reporter.event(effect.event, host.now)
      else if (effect.kind === 'warning') reporter.event(effect, host.now)
      else if (effect.kind === 'lookup-step') reporter.lookupStep(effect.lookup, effect.step)
    }
  }

  #tell(recorded: Recorded): void {
    const { host, core, reporter } = recorded
    const told = reporter.take(host.now)
    recorded.hasActed = false
    if (this.#world.now < recorded.viewAt) {
      this.#frame(recorded, told)
      return
    }
    recorded.viewAt = this.#world.now + this.#everyMs
    this.#frame(recorded, [...told, ...reporter.changes(core.view(host.now))])
  }

  #frame({ host: { number } }: Recorded, messages: readonly RecordedMessage[]): void {
    const isTaken = this.#writer.frame(number, messages, this.#world.now)
    if (isTaken) this.#recorded.add(number)
  }
}
