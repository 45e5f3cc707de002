// A network of honest nodes and attackers that had time to become known, and a process that asks
// them: what an attacker replies to one query.

import { contentId, type Id, idFromBytes } from '@dht/id'
import {
  type Contact,
  contactsFromCompact,
  decodeMessage,
  dht256,
  type Endpoint,
  encodeMessage,
  type Network,
  type Query,
  type Response,
} from '@dht/krpc'
import { type Host, LATENCIES, World } from '@dht/sim'
import { AttackGroup } from '../../src/adversaries/attack-group.ts'
import type { Attacker } from '../../src/adversaries/attacker.ts'
import { RecordingProcess } from './recording-process.ts'

type Method = 'ping' | 'find_node' | 'get_peers'

export interface AttackWorldOptions {
  readonly network?: Network
  readonly count?: number
  readonly honest?: number
  /** Ids of the attackers around the key. Default: random ones, and no key. */
  readonly ids?: (key: Id, i: number, world: World) => Id
}

export class AttackWorld {
  readonly world: World
  readonly honest: readonly Host[]
  readonly attackers: readonly Host[]
  readonly group: AttackGroup
  readonly key: Id
  readonly #recorder: RecordingProcess

  constructor(attacker: Attacker, options: AttackWorldOptions = {}) {
    const { network = dht256, count = 4, honest = 12, ids } = options
    const core = { network }
    this.world = new World({ seed: 'attack', core, network: { latency: LATENCIES.uniform } })
    this.honest = this.world.grow(honest)
    this.key = idFromBytes(contentId(Uint8Array.of(1, 2, 3)).slice(0, network.idLength))
    this.group = new AttackGroup(this.world, ids === undefined ? undefined : this.key)
    this.attackers = Array.from({ length: count }, (_, i) => {
      const host = this.world.addHost()
      const { world, group } = this
      const id = ids?.(this.key, i, world)
      const chance = host.chance.branch('attacker')
      host.run(attacker({ host, world, group, chance, ...(id !== undefined && { id }) }))
      return host
    })
    this.#recorder = new RecordingProcess(this.world)
    this.world.advance(60_000)
  }

  /** The response of an attacker; undefined: none. */
  ask(
    method: Method,
    target: Id = this.key,
    host = this.attackers[0] as Host,
  ): Response | undefined {
    const id = idFromBytes(new Uint8Array(target.length).fill(9))
    const head = { kind: 'query', transactionId: Uint8Array.of(7, 7), id, readOnly: true } as const
    const query: Query = method === 'ping' ? { ...head, method } : { ...head, method, target }
    const before = this.#recorder.received.length
    this.#recorder.host.send(encodeMessage(query, this.world.protocol), host.endpoint)
    this.world.advance(200)
    const [reply] = this.#recorder.received.slice(before)
    if (reply === undefined) return undefined
    const bytes = Uint8Array.from(reply.text, (c) => c.charCodeAt(0))
    const message = decodeMessage(bytes, this.world.protocol)
    return message.kind === 'response' ? (message as Response) : undefined
  }

  /** The contacts that an attacker names. */
  named(method: 'find_node' | 'get_peers', target: Id = this.key, host?: Host): Contact[] {
    const { nodes } = this.ask(method, target, host) ?? {}
    return contactsFromCompact(nodes ?? new Uint8Array(0), target.length, 4)
  }

  exists(endpoint: Endpoint): boolean {
    return this.world.network.find(endpoint) !== undefined
  }

  /** The attacker at an endpoint. */
  attackerAt(endpoint: Endpoint): Host | undefined {
    return this.attackers.find((host) => host === this.world.network.find(endpoint))
  }

  /** Honest nodes whose tables have an attacker. */
  get informed(): number {
    return this.honest.filter((host) =>
      host.core?.state().contacts.some(({ endpoint }) => this.attackerAt(endpoint) !== undefined),
    ).length
  }
}
