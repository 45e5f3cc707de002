// An enemy face to face: what it says to one query, and what it sends when it is its turn.

import { contentId, type Id, idFromBytes } from '@dht/id'
import { decodeMessage, type Endpoint, encodeMessage, type Message, type Query } from '@dht/krpc'
import { type Host, LATENCIES, World } from '@dht/sim'
import type { Enemy } from '../../src/enemies/enemy.ts'
import type { ActingEvent } from '../../src/judges/core-step.ts'
import { Ear } from './ear.ts'

/** Something to look for. */
export const TARGET: Id = contentId(Uint8Array.of(1, 2, 3))

type Method = 'ping' | 'find_node' | 'get_peers'

export class Provoked {
  readonly world: World
  readonly honest: readonly Host[]
  readonly enemies: readonly Host[]
  readonly ear: Ear

  /** A network of honest nodes, enemies that had time to mingle, and somebody who asks them. */
  constructor(
    enemy: Enemy,
    options: {
      readonly count?: number
      readonly honest?: number
      readonly forMs?: number
      readonly aim?: Id
    } = {},
  ) {
    const { count = 3, honest = 10, forMs = 120_000, aim } = options
    this.world = new World({ seed: enemy.name, network: { latency: LATENCIES.uniform } })
    this.honest = this.world.grow(honest)
    this.enemies = Array.from({ length: count }, () => {
      const host = this.world.addHost()
      const chance = host.chance.branch('enemy')
      host.run(enemy.on(host, this.world, { chance, ...(aim !== undefined && { aim }) }))
      return host
    })
    this.ear = new Ear(this.world)
    this.world.advance(forMs)
  }

  /** What the first enemy answers, if anything. */
  ask(method: Method, target: Id = TARGET): { bytes: Uint8Array; message: Message } | undefined {
    const before = this.ear.heard.length
    const [enemy] = this.enemies as [Host]
    this.ear.host.send(questionOf(method, target), enemy.endpoint)
    this.world.advance(200)
    const answer = this.ear.heard
      .slice(before)
      .find(({ from }) => from.startsWith(addressOf(enemy)))
    if (answer === undefined) return undefined
    const bytes = Uint8Array.from(answer.text, (c) => c.charCodeAt(0))
    return { bytes, message: decodeMessage(bytes, this.world.protocol) as Message }
  }

  /** Whether somebody has that address. */
  exists(endpoint: Endpoint): boolean {
    return this.world.network.find(endpoint) !== undefined
  }

  isEnemy(endpoint: Endpoint): boolean {
    return this.enemies.some((host) => host === this.world.network.find(endpoint))
  }

  /** What honest nodes hear from enemies, or from nobody, in a while. */
  heardByHonest(forMs: number): Extract<ActingEvent, { kind: 'received' }>[] {
    const heard: Extract<ActingEvent, { kind: 'received' }>[] = []
    const end = this.world.watch((event) => {
      if (event.kind !== 'received' || this.world.hosts[event.host]?.core === undefined) return
      const { sender } = event.passage
      if (sender === undefined || this.world.hosts[sender]?.core === undefined) heard.push(event)
    })
    this.world.advance(forMs)
    end()
    return heard
  }
}

function addressOf(host: Host): string {
  return `${host.endpoint.address}:`
}

function questionOf(method: Method, target: Id): Uint8Array {
  const id = idFromBytes(new Uint8Array(target.length).fill(9))
  const head = { kind: 'query', transactionId: Uint8Array.of(7, 7), id, readOnly: true } as const
  const query: Query = method === 'ping' ? { ...head, method } : { ...head, method, target }
  return encodeMessage(query, new World().protocol)
}
