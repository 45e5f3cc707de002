// Writes what happens in a world as lines of text that people read: packets and their messages,
// lost packets, timeouts, and starts and ends of hosts. It keeps only the last lines.

import { idToHex } from '@dht/id'
import { decodeMessage, formatEndpoint, type Message } from '@dht/krpc'
import type { World } from './world.ts'
import type { Packet, WorldEvent } from './world-event.ts'

export interface TranscriptOptions {
  /** Most lines that are kept; the oldest are dropped. Default 1,000 (our choice). */
  readonly keep?: number
  /** Whether an event is written. Default: all are. */
  readonly only?: (event: WorldEvent) => boolean
}

export class Transcript {
  readonly #lines: string[] = []
  readonly #world: World
  readonly #keep: number
  /** Stops writing. The lines stay. */
  readonly end: () => void
  #dropped = 0

  constructor(world: World, { keep = 1_000, only = () => true }: TranscriptOptions = {}) {
    this.#world = world
    this.#keep = keep
    this.end = world.watch((event) => {
      if (only(event)) this.#write(event)
    })
  }

  /** The kept lines, oldest first. If lines were dropped, the first line says how many. */
  get lines(): readonly string[] {
    return this.#dropped === 0 ? this.#lines : [`(${this.#dropped} lines)`, ...this.#lines]
  }

  get text(): string {
    return this.lines.join('\n')
  }

  #write(event: WorldEvent): void {
    const line = this.#lineOf(event)
    if (line === undefined) return
    this.#lines.push(`${(event.at / 1_000).toFixed(3).padStart(10)}  ${line}`)
    if (this.#lines.length <= this.#keep) return
    this.#lines.shift()
    this.#dropped++
  }

  #lineOf(event: WorldEvent): string | undefined {
    switch (event.kind) {
      case 'received':
        return this.#packetLine(event.packet)
      case 'dropped':
        return this.#packetLine(event.packet, `${event.reason}: `)
      case 'timeout': {
        const sent = event.effects.filter(({ kind }) => kind === 'send').length
        return sent === 0 ? undefined : `h${event.host} handles a timeout and sends ${sent}`
      }
      case 'requested':
        return `h${event.host} is asked to ${event.command.kind}`
      case 'host-changed':
        return `h${event.host} ${event.change}`
      case 'network-changed':
        return `network: ${event.faults === '' ? 'no faults' : event.faults}`
      case 'action':
        return event.what
    }
  }

  #packetLine(packet: Packet, reason = ''): string {
    return `${this.#routeOf(packet)}  ${reason}${this.#describe(packet.bytes)}`
  }

  #routeOf({ sender, from, to }: Packet): string {
    const receiver = this.#world.network.find(to)
    const source = sender === undefined ? `(${formatEndpoint(from)})` : `h${sender}`
    return `${source} > ${receiver === undefined ? formatEndpoint(to) : `h${receiver.number}`}`
  }

  #describe(bytes: Uint8Array): string {
    const message = decodeMessage(bytes, this.#world.protocol)
    if (message.kind === 'malformed') return `malformed (${message.reason}), ${bytes.length} B`
    return `${summaryOf(message)}, ${bytes.length} B`
  }
}

/** Describes a message in a few words. */
function summaryOf(message: Message): string {
  switch (message.kind) {
    case 'query': {
      const target =
        'target' in message && message.target !== undefined ? message.target : undefined
      const about = target === undefined ? '' : ` ${idToHex(target).slice(0, 8)}`
      return `${message.method}${about}`
    }
    case 'response': {
      const nodes = (message.nodes?.length ?? 0) + (message.nodes6?.length ?? 0)
      const parts = [
        nodes > 0 ? `${nodes} B of nodes` : '',
        message.values === undefined ? '' : `${message.values.length} values`,
        message.token === undefined ? '' : 'token',
      ].filter((part) => part !== '')
      return ['reply', ...parts].join(', ').replace('reply, ', 'reply: ')
    }
    case 'error':
      return `error ${message.code} ${message.text}`
  }
}
