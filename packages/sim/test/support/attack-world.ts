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
  type QueryHead,
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
  #sent = 0

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
    host: Host = this.attackers[0] as Host,
  ): Response | undefined {
    const before = this.#recorder.received.length
    this.send(method, { target, to: host })
    this.world.advance(200)
    const [reply] = this.#recorder.received.slice(before)
    if (reply === undefined) return undefined
    const bytes = Uint8Array.from(reply.text, (c) => c.charCodeAt(0))
    const message = decodeMessage(bytes, this.world.protocol)
    return message.kind === 'response' ? (message as Response) : undefined
  }

  /** Sends a query. @param from - its sender. Default: the process that records responses */
  send(
    method: Method,
    {
      to,
      from = this.#recorder.host.endpoint,
      target = this.key,
    }: { readonly to: Host; readonly from?: Endpoint; readonly target?: Id },
  ): void {
    const head = this.#head(target.length)
    const query: Query = method === 'ping' ? { ...head, method } : { ...head, method, target }
    const bytes = encodeMessage(query, this.world.protocol)
    this.world.network.inject({ bytes, from, to: to.endpoint })
  }

  /** Writes to the first attacker. */
  announce(token: Uint8Array): void {
    const { key: target } = this
    const head = this.#head(target.length)
    const write = { method: 'announce_peer', target, token, port: 9, impliedPort: false } as const
    const bytes = encodeMessage({ ...head, ...write }, this.world.protocol)
    const [{ endpoint: to }] = this.attackers as [Host]
    this.world.network.inject({ bytes, from: this.#recorder.host.endpoint, to })
    this.world.advance(200)
  }

  #head(length: number): Omit<QueryHead, 'method'> {
    const id = idFromBytes(new Uint8Array(length).fill(9))
    return { kind: 'query', transactionId: Uint8Array.of(7, this.#sent++), id, readOnly: true }
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
