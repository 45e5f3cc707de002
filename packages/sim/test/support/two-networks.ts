// Two networks on the same machines: at each address one node of `dht256` and one of Mainline, as
// in a process that runs both. Mistakes bring them together: nodes bootstrap from nodes of the
// other network too, replies name them as contacts, and packets arrive at the wrong port.

import { type Id, idFromBytes, randomId } from '@dht/id'
import {
  compactContacts,
  contact,
  decodeMessage,
  dht256,
  type Endpoint,
  encodeMessage,
  endpoint,
  formatEndpoint,
  mainline,
  type Network,
} from '@dht/krpc'
import { type Chance, type Host, LATENCIES, type Packet, World } from '@dht/sim'

/** Time from one start of two nodes to the next, ms. */
const PACE_MS = 2_000
/** Time until all have joined, ms. */
const SETTLING_MS = 60_000
/** Longer than a lookup and the writes after it, ms. */
const ROUND_MS = 90_000
/** Share of the packets that arrive at the wrong port too, and of the replies with a wrong name. */
const MISTAKES = 0.1
/** Nodes of each network that a node bootstraps from. */
const BOOTSTRAP_NODES = 2

export interface Mistakes {
  /** Packets that arrived at the node of the other network too. */
  strays: number
  /** Contacts of the other network that replies have named. */
  named: number
}

export class TwoNetworks {
  readonly world: World
  /** Index i of both lists is one machine. */
  readonly wide: Host[] = []
  readonly narrow: Host[] = []
  readonly mistakes: Mistakes = { strays: 0, named: 0 }
  readonly chance: Chance
  /** By endpoint, the node of the other network at the same address. */
  readonly #twins = new Map<string, Host>()

  constructor(seed: number) {
    this.world = new World({ seed, network: { latency: LATENCIES.clustered } })
    this.chance = this.world.chance.branch('two networks')
    this.world.network.intercept((packet) => this.#mistake(packet))
  }

  grow(machines: number): void {
    for (let i = 0; i < machines; i++) {
      this.#addMachine(`20.0.${i}.1`)
      this.world.advance(PACE_MS)
    }
    this.world.advance(SETTLING_MS)
  }

  /** The nodes of the network of `host`. */
  of({ protocol }: Host): readonly Host[] {
    return protocol === mainline ? this.narrow : this.wide
  }

  /** The node of the other network at the same address. */
  twinOf({ endpoint: at }: Host): Host {
    return this.#twins.get(formatEndpoint(at)) as Host
  }

  isOfNetwork(network: Network, at: Endpoint): boolean {
    return at.port === network.defaultPort
  }

  /** Makes nodes publish a target, each with its own port. @returns what is to be found */
  enter(publishers: readonly Host[], target: Id, firstPort: number): string[] {
    const ports = publishers.map((_, i) => firstPort + i)
    publishers.forEach((host, i) => {
      const port = ports[i] as number
      host.request({ kind: 'enter', target, port }, { settled: () => {} })
    })
    this.world.advance(ROUND_MS)
    return publishers.map(({ endpoint: at }, i) => `${at.address}:${ports[i]}`).sort()
  }

  /** What a node finds under a target, as `address:port`. */
  find(host: Host, target: Id): string[] {
    return this.world.lookup(host, target, 'all').endpoints.map(formatEndpoint).sort()
  }

  #addMachine(address: string): void {
    const at = (network: Network): Endpoint => endpoint(address, network.defaultPort)
    const wide = this.world.addHost({ ipv4: at(dht256) })
    const narrow = this.world.addHost({ ipv4: at(mainline), core: { network: mainline } })
    this.#twins.set(formatEndpoint(wide.endpoint), narrow)
    this.#twins.set(formatEndpoint(narrow.endpoint), wide)
    const bootstrap = [...this.#some(this.wide), ...this.#some(this.narrow)]
    for (const host of [wide, narrow]) host.start({ bootstrap })
    this.wide.push(wide)
    this.narrow.push(narrow)
  }

  #some(hosts: readonly Host[]): Endpoint[] {
    return this.chance.sample(hosts, BOOTSTRAP_NODES).map((host) => host.endpoint)
  }

  #mistake(packet: Packet): readonly { readonly bytes: Uint8Array }[] | undefined {
    const receiver = this.#twins.get(formatEndpoint(packet.to))
    if (receiver === undefined || packet.sender === undefined) return undefined
    if (this.chance.happens(MISTAKES)) this.#deliverToTwin(packet, receiver)
    return this.chance.happens(MISTAKES) ? this.#withWrongContact(packet) : undefined
  }

  /** The packet arrives at the other port too, from its sender or from the sender's twin. */
  #deliverToTwin({ bytes, from }: Packet, receiver: Host): void {
    const twin = this.#twins.get(formatEndpoint(from))
    const source = this.chance.happens(0.5) ? from : (twin?.endpoint ?? from)
    this.world.network.inject({ bytes: bytes.slice(), from: source, to: receiver.endpoint })
    this.mistakes.strays++
  }

  /** A reply that names a node of the other network, under an id of the reply's width. */
  #withWrongContact({ bytes, to }: Packet): readonly { readonly bytes: Uint8Array }[] | undefined {
    const network = this.isOfNetwork(mainline, to) ? mainline : dht256
    const message = decodeMessage(bytes.slice(), network)
    if (message.kind !== 'response' || message.nodes === undefined) return undefined
    const others = network === mainline ? this.wide : this.narrow
    const { endpoint: wrong } = this.chance.pick(others)
    const added = compactContacts([contact(randomId(network.idLength, this.chance.source), wrong)])
    const nodes = Uint8Array.from([...added, ...message.nodes])
    this.mistakes.named++
    return [{ bytes: encodeMessage({ ...message, nodes }, network, 1_400).slice() }]
  }
}

/** The target of Mainline that shares its bytes with a target of `dht256`. */
export function narrowTarget(wide: Id): Id {
  return idFromBytes(wide.slice(0, mainline.idLength))
}
