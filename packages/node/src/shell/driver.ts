// Drives the core: passes datagrams from the transports to it, carries out its effects, and sets
// one alarm for its next timeout. It reads the clock once per batch, and nothing asynchronous
// happens between a datagram and its effects.

import type { Contact, Datagram, Endpoint, Family, Transport } from '@dht/krpc'
import type { Effect, Transmit } from '../core/effect.ts'
import type { NodeEvent } from '../core/event.ts'
import type { TracedLookup, TraceStep } from '../core/lookups/trace.ts'
import type { NodeCore } from '../core/node-core.ts'
import type { Command } from '../core/operations/command.ts'
import type { Outcome, RoundReport } from '../core/operations/outcome.ts'
import type { Clock } from '../ports/clock.ts'
import type { Warn } from '../warnings.ts'
import { CatchUp } from './catch-up.ts'
import { type Reopening, TransportSlot } from './transport-slot.ts'

/** Receives what concerns users. */
export interface DriverListener {
  found(operationId: number, endpoints: readonly Endpoint[], from: Contact | undefined): void
  round(operationId: number, report: RoundReport): void
  settled(operationId: number, outcome: Outcome): void
  /** A settled lookup takes no more late responses in. */
  ended(operationId: number): void
  event(event: NodeEvent): void
  lookupStep(lookup: TracedLookup, step: TraceStep): void
  readonly warn: Warn
  /** A join starts without contacts: the names of the bootstrap list are to be looked up again. */
  bootstrapNeeded(): void
}

export class Driver {
  readonly #core: NodeCore
  readonly #clock: Clock
  readonly #listener: DriverListener
  readonly #slots: TransportSlot[] = []
  #cancelAlarm: (() => void) | undefined
  #alarmAt = Number.POSITIVE_INFINITY
  readonly #catchUp = new CatchUp()
  /** Number of datagrams that have arrived. */
  #arrived = 0
  #closed = false

  constructor(core: NodeCore, clock: Clock, listener: DriverListener) {
    this.#core = core
    this.#clock = clock
    this.#listener = listener
  }

  /**
   * Opens a transport and connects it to the core. Rejects with the transport's own error when it
   * can't be opened.
   *
   * @param reopening - how to make another one after it has failed; undefined: none is made
   */
  async attach(transport: Transport, reopening?: Reopening): Promise<Endpoint> {
    const owner = {
      received: (batch: readonly Datagram[]) => this.#received(batch),
      sendFailed: (to: Endpoint, code: string) => this.#sendFailed(to, code),
      lost: (family: Family) => this.#happen((now) => this.#core.transportLost(family, now)),
      reopened: (at: Endpoint) => this.#happen((now) => this.#core.transportReopened(at, now)),
      warn: this.#listener.warn,
    }
    const slot = new TransportSlot(transport, { owner, clock: this.#clock, reopening })
    const local = await slot.open()
    this.#slots.push(slot)
    this.#core.bound(local)
    return local
  }

  /** The endpoints that the transports are bound to, in the order of `attach`. */
  get endpoints(): Endpoint[] {
    return this.#slots.flatMap(({ local }) => local ?? [])
  }

  start(command: Command): void {
    this.#happen((now) => this.#core.start(command, now))
  }

  now(): number {
    return this.#clock.now()
  }

  /** When this resolves, all transports are closed. Never rejects; safe to call again. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelAlarm?.()
    this.#cancelAlarm = undefined
    await Promise.all(this.#slots.map((slot) => slot.close()))
  }

  #happen(step: (now: number) => readonly Effect[]): void {
    const now = this.#clock.now()
    this.#carryOut(step(now), now)
  }

  #received(batch: readonly Datagram[]): void {
    if (this.#closed) return
    this.#arrived += batch.length
    const now = this.#clock.now()
    const [only] = batch
    if (batch.length === 1 && only !== undefined) {
      this.#carryOut(this.#core.receive(only.bytes, only.endpoint, now), now)
      return
    }
    const receive = ({ bytes, endpoint }: Datagram) => this.#core.receive(bytes, endpoint, now)
    this.#carryOut(batch.flatMap(receive), now)
  }

  #ring(): void {
    const now = this.#clock.now()
    if (this.#catchUp.mustWait(this.#alarmAt, this.#arrived, now)) {
      this.#cancelAlarm = this.#clock.alarm(now, () => this.#ring())
    } else this.#wake()
  }

  #wake(): void {
    this.#cancelAlarm = undefined
    this.#alarmAt = Number.POSITIVE_INFINITY
    this.#happen((now) => this.#core.handleTimeout(now))
  }

  #sendFailed(to: Endpoint, code: string): void {
    this.#happen((now) => this.#core.undeliverable(to, code, now))
  }

  #carryOut(effects: readonly Effect[], now: number): void {
    if (this.#closed) return
    for (const effect of effects) if (effect.kind !== 'send') this.#tell(effect)
    for (const slot of this.#slots) {
      const transmits = transmitsFor(slot.family, effects)
      if (transmits !== undefined) slot.send(transmits)
    }
    this.#rearm(now)
  }

  #tell(effect: Exclude<Effect, { kind: 'send' }>): void {
    switch (effect.kind) {
      case 'found':
        this.#listener.found(effect.operationId, effect.endpoints, effect.from)
        break
      case 'round':
        this.#listener.round(effect.operationId, effect.report)
        break
      case 'settle':
        this.#listener.settled(effect.operationId, effect.outcome)
        break
      case 'ended':
        this.#listener.ended(effect.operationId)
        break
      case 'trace':
        this.#listener.event(effect.event)
        break
      case 'lookup-step':
        this.#listener.lookupStep(effect.lookup, effect.step)
        break
      case 'bootstrap-needed':
        this.#listener.bootstrapNeeded()
        break
      case 'warning':
        this.#listener.warn(effect.code, effect.message, effect.cause)
        break
    }
  }

  /** Sets the alarm earlier when something is due sooner. An alarm that rings early is harmless. */
  #rearm(now: number): void {
    const next = this.#core.nextTimeout(now)
    if (next === undefined || next.at >= this.#alarmAt || this.#closed) return
    this.#cancelAlarm?.()
    this.#alarmAt = next.at
    this.#cancelAlarm = this.#clock.alarm(next.at, () => this.#ring())
  }
}

/** The datagrams for the transport of one family; undefined: none. */
function transmitsFor(family: Family, effects: readonly Effect[]): Transmit[] | undefined {
  let transmits: Transmit[] | undefined
  for (const effect of effects) {
    if (effect.kind !== 'send' || effect.endpoint.family !== family) continue
    if (transmits === undefined) transmits = [effect]
    else transmits.push(effect)
  }
  return transmits
}
