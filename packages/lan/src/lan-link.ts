// One interface: announces the node, looks for others, and answers those who look (RFC 6762).

import { randomInt } from 'node:crypto'
import type { LanInterface } from './lan-interface.ts'
import type { Multicast, MulticastPacket, OpenMulticast, Sender } from './multicast.ts'
import {
  type Announced,
  recordsOf,
  SERVICE_TYPE,
  servicesIn,
  TYPES,
  typeRecords,
} from './service-records.ts'

/** The port of multicast DNS. A response from another port is ignored (RFC 6762 §6). */
const MDNS_PORT = 5353
/** A second announcement makes up for a lost first one, ms (RFC 6762 §8.3). */
const ANNOUNCE_AGAIN_MS = 1_000
/** Time between two responses, ms (RFC 6762 §6). */
const RESPOND_EVERY_MS = 1_000
/** A response to a shared record waits, so that not all nodes send at once, ms (RFC 6762 §6). */
const RESPOND_AFTER_MS = [20, 121] as const
/** Questions of one datagram that are read: ours. */
const MAX_QUESTIONS = 16

export interface LanLinkInit {
  readonly lanInterface: LanInterface
  readonly node: Omit<Announced, 'address'>
  readonly open: OpenMulticast
  readonly found: (address: string, port: number) => void
  readonly failed: (cause: Error) => void
}

export class LanLink {
  readonly #init: LanLinkInit
  readonly #node: Announced
  readonly #multicast: Multicast
  readonly #timers = new Set<NodeJS.Timeout>()
  #isResponding = false
  #respondedAt = Number.NEGATIVE_INFINITY

  constructor(init: LanLinkInit) {
    const { address } = init.lanInterface
    this.#init = init
    this.#node = { ...init.node, address }
    this.#multicast = init.open(address, {
      packet: (packet, from) => this.#received(packet, from),
      // Anybody can send what can't be read, and a lost interface is noticed elsewhere.
      warning: () => {},
      failed: init.failed,
    })
    this.#announce()
    this.#after(ANNOUNCE_AGAIN_MS, () => this.#announce())
    this.look()
  }

  /** Asks who is there. */
  look(): void {
    this.#multicast.send({ type: 'query', questions: [{ name: SERVICE_TYPE, type: 'PTR' }] })
  }

  /** Says that the node ends, and closes the socket. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#multicast.send({ type: 'response', ...recordsOf(this.#node, true) })
    await this.#multicast.close()
  }

  #announce(): void {
    this.#multicast.send({ type: 'response', ...recordsOf(this.#node) })
  }

  #received(packet: MulticastPacket, from: Sender): void {
    if (packet.type === 'query') this.#query(packet)
    else if (packet.type === 'response') this.#response(packet, from)
  }

  #response({ answers = [], additionals = [] }: MulticastPacket, from: Sender): void {
    if (from.port !== MDNS_PORT || !this.#init.lanInterface.isOnLink(from.address)) return
    for (const service of servicesIn([...answers, ...additionals], this.#node.network)) {
      if (service.instance === this.#node.instance || service.isGone) continue
      this.#init.found(from.address, service.port)
    }
  }

  #query({ questions = [] }: MulticastPacket): void {
    const asked = new Set(questions.slice(0, MAX_QUESTIONS).map(({ name }) => name.toLowerCase()))
    const ownNames = [SERVICE_TYPE, `${this.#node.instance}.${SERVICE_TYPE}`]
    const isForNode = [...ownNames, `${this.#node.instance}.local`].some((name) => asked.has(name))
    if (isForNode) this.#respond(() => this.#announce())
    else if (asked.has(TYPES)) {
      this.#respond(() => this.#multicast.send({ type: 'response', ...typeRecords() }))
    }
  }

  /** Responds soon, once for all queries until then, and at most once a second. */
  #respond(send: () => void): void {
    if (this.#isResponding) return
    this.#isResponding = true
    const sinceLast = performance.now() - this.#respondedAt
    const wait = Math.max(randomInt(...RESPOND_AFTER_MS), RESPOND_EVERY_MS - sinceLast)
    this.#after(wait, () => {
      this.#isResponding = false
      this.#respondedAt = performance.now()
      send()
    })
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    // The node keeps the process running, not this.
    timer.unref()
    this.#timers.add(timer)
  }
}
