// The only loop: letters from the sockets to the core, its effects to the world, and one alarm for
// the next thing due. Reads the clock once per batch; between a datagram and its effects nothing
// waits.

import type { Datagram, Endpoint, Family, Transport } from '@dht/krpc'
import type { Command } from './core/command.ts'
import type { Effect, Send } from './core/effect.ts'
import type { NodeEvent } from './core/event.ts'
import type { NodeCore } from './core/node-core.ts'
import type { Outcome, RoundReport } from './core/outcome.ts'
import type { Clock } from './ports/clock.ts'
import type { Warn } from './warnings.ts'

/** Who is told what concerns users. */
export interface DriverListener {
  found(ticket: number, endpoints: readonly Endpoint[]): void
  round(ticket: number, report: RoundReport): void
  settled(ticket: number, outcome: Outcome): void
  /** A lookup that was settled and went on finds nothing more. */
  ended(ticket: number): void
  event(event: NodeEvent): void
  readonly warn: Warn
  /** A join begins with nobody known: names may lead elsewhere by now. */
  lonely(): void
}

export class Driver {
  readonly #core: NodeCore
  readonly #clock: Clock
  readonly #listener: DriverListener
  readonly #transports: Transport[] = []
  #cancelAlarm: (() => void) | undefined
  #alarmAt = Number.POSITIVE_INFINITY
  #closed = false

  constructor(core: NodeCore, clock: Clock, listener: DriverListener) {
    this.#core = core
    this.#clock = clock
    this.#listener = listener
  }

  /**
   * Binds a transport and lets it in. Rejects with the transport's own error when it can't be
   * bound.
   */
  async attach(transport: Transport): Promise<Endpoint> {
    const local = await transport.start({
      received: (batch) => this.#received(batch),
      sendFailed: (to, code) => this.#sendFailed(to, code),
      failed: (cause) => this.#listener.warn('DHT_TRANSPORT_FAILED', 'a transport failed', cause),
    })
    this.#transports.push(transport)
    this.#core.bound(local)
    return local
  }

  begin(command: Command): void {
    const now = this.#clock.now()
    this.#carryOut(this.#core.begin(command, now), now)
  }

  now(): number {
    return this.#clock.now()
  }

  /** Nothing is sent or heard any more when this resolves. Never rejects; safe to call again. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelAlarm?.()
    this.#cancelAlarm = undefined
    const closing = this.#transports.map(async (transport) => transport.close())
    for (const end of await Promise.allSettled(closing)) {
      if (end.status === 'fulfilled') continue
      this.#listener.warn('DHT_TRANSPORT_CLOSE', 'a transport could not be closed', end.reason)
    }
  }

  #received(batch: readonly Datagram[]): void {
    if (this.#closed) return
    const now = this.#clock.now()
    const [only] = batch
    if (batch.length === 1 && only !== undefined) {
      this.#carryOut(this.#core.receive(only.bytes, only.endpoint, now), now)
      return
    }
    const receive = ({ bytes, endpoint }: Datagram) => this.#core.receive(bytes, endpoint, now)
    this.#carryOut(batch.flatMap(receive), now)
  }

  #wake(): void {
    this.#cancelAlarm = undefined
    this.#alarmAt = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    this.#carryOut(this.#core.wake(now), now)
  }

  #sendFailed(to: Endpoint, code: string): void {
    const now = this.#clock.now()
    this.#carryOut(this.#core.undeliverable(to, code, now), now)
  }

  #carryOut(effects: readonly Effect[], now: number): void {
    if (this.#closed) return
    for (const effect of effects) if (effect.kind !== 'send') this.#tell(effect)
    for (const transport of this.#transports) {
      const letters = lettersFor(transport.family, effects)
      if (letters !== undefined) this.#send(transport, letters)
    }
    this.#rearm(now)
  }

  /** A transport may be anybody's code: what it throws must not stop the node (API-8). */
  #send(transport: Transport, batch: readonly Datagram[]): void {
    try {
      transport.send(batch)
    } catch (cause) {
      this.#listener.warn('DHT_TRANSPORT_SEND', 'a transport could not send', cause)
    }
  }

  #tell(effect: Exclude<Effect, { kind: 'send' }>): void {
    switch (effect.kind) {
      case 'found':
        this.#listener.found(effect.ticket, effect.endpoints)
        break
      case 'round':
        this.#listener.round(effect.ticket, effect.report)
        break
      case 'settle':
        this.#listener.settled(effect.ticket, effect.outcome)
        break
      case 'ended':
        this.#listener.ended(effect.ticket)
        break
      case 'trace':
        this.#listener.event(effect.event)
        break
      case 'lonely':
        this.#listener.lonely()
        break
      case 'warning':
        this.#listener.warn(effect.code, effect.message, effect.cause)
        break
    }
  }

  /**
   * Moves the alarm forward when something is due sooner; an alarm that rings early is harmless.
   */
  #rearm(now: number): void {
    const next = this.#core.nextWake(now)
    if (next === undefined || next.at >= this.#alarmAt || this.#closed) return
    this.#cancelAlarm?.()
    this.#alarmAt = next.at
    this.#cancelAlarm = this.#clock.alarm(next.at, () => this.#wake())
  }
}

/** The letters among the effects that leave by this family's socket; undefined: none. */
function lettersFor(family: Family, effects: readonly Effect[]): Send[] | undefined {
  let letters: Send[] | undefined
  for (const effect of effects) {
    if (effect.kind !== 'send' || effect.endpoint.family !== family) continue
    if (letters === undefined) letters = [effect]
    else letters.push(effect)
  }
  return letters
}
