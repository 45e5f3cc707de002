// A network of honest nodes and adversaries of one kind: what an adversary replies to one query,
// and what it sends unasked.

import { contentId, type Id, idFromBytes } from '@dht/id'
import { decodeMessage, type Endpoint, encodeMessage, type Message, type Query } from '@dht/krpc'
import { type Host, LATENCIES, World } from '@dht/sim'
import type { Adversary } from '../../src/adversaries/adversary.ts'
import type { ActingEvent } from '../../src/invariants/core-step.ts'
import { RecordingProcess } from './recording-process.ts'

/** A target to look up. */
export const TARGET: Id = contentId(Uint8Array.of(1, 2, 3))

type Method = 'ping' | 'find_node' | 'get_peers'

export class AdversaryWorld {
  readonly world: World
  readonly honest: readonly Host[]
  readonly adversaries: readonly Host[]
  readonly recorder: RecordingProcess

  /**
   * A network of honest nodes, adversaries that had time to contact them, and a process that sends
   * queries.
   */
  constructor(
    adversary: Adversary,
    options: {
      readonly count?: number
      readonly honest?: number
      readonly forMs?: number
      readonly aim?: Id
    } = {},
  ) {
    const { count = 3, honest = 10, forMs = 120_000, aim } = options
    this.world = new World({ seed: adversary.name, network: { latency: LATENCIES.uniform } })
    this.honest = this.world.grow(honest)
    this.adversaries = Array.from({ length: count }, () => {
      const host = this.world.addHost()
      const chance = host.chance.branch('enemy')
      host.run(
        adversary.createProcess(host, this.world, { chance, ...(aim !== undefined && { aim }) }),
      )
      return host
    })
    this.recorder = new RecordingProcess(this.world)
    this.world.advance(forMs)
  }

  /** The reply of the first adversary; undefined: none. */
  ask(method: Method, target: Id = TARGET): { bytes: Uint8Array; message: Message } | undefined {
    const before = this.recorder.received.length
    const [adversary] = this.adversaries as [Host]
    this.recorder.host.send(queryOf(method, target), adversary.endpoint)
    this.world.advance(200)
    const reply = this.recorder.received
      .slice(before)
      .find(({ from }) => from.startsWith(addressOf(adversary)))
    if (reply === undefined) return undefined
    const bytes = Uint8Array.from(reply.text, (c) => c.charCodeAt(0))
    return { bytes, message: decodeMessage(bytes, this.world.protocol) as Message }
  }

  /** Whether a host has that address. */
  exists(endpoint: Endpoint): boolean {
    return this.world.network.find(endpoint) !== undefined
  }

  isAdversary(endpoint: Endpoint): boolean {
    return this.adversaries.some((host) => host === this.world.network.find(endpoint))
  }

  /** Packets that honest nodes receive from adversaries or with a forged sender. */
  receivedByHonest(forMs: number): Extract<ActingEvent, { kind: 'received' }>[] {
    const received: Extract<ActingEvent, { kind: 'received' }>[] = []
    const end = this.world.watch((event) => {
      if (event.kind !== 'received' || this.world.hosts[event.host]?.core === undefined) return
      const { sender } = event.packet
      if (sender === undefined || this.world.hosts[sender]?.core === undefined) received.push(event)
    })
    this.world.advance(forMs)
    end()
    return received
  }
}

function addressOf(host: Host): string {
  return `${host.endpoint.address}:`
}

function queryOf(method: Method, target: Id): Uint8Array {
  const id = idFromBytes(new Uint8Array(target.length).fill(9))
  const head = { kind: 'query', transactionId: Uint8Array.of(7, 7), id, readOnly: true } as const
  const query: Query = method === 'ping' ? { ...head, method } : { ...head, method, target }
  return encodeMessage(query, new World().protocol)
}
