// A gateway between hosts and the network: a firewall, or an address translation (RFC 4787). It
// remembers for a limited time which endpoints the inside has sent to, and admits packets
// accordingly.

import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { argumentError } from '../errors.ts'

/** The usual kinds, by which packets they admit after the inside has sent one. */
export type GatewayKind =
  /** No translation. Admits packets from endpoints that the inside has sent to. */
  | 'firewall'
  /** One public port for each inner endpoint. Admits packets from everywhere. */
  | 'full-cone'
  /** One public port for each inner endpoint. Admits addresses that the inside has sent to. */
  | 'address-restricted'
  /** One public port for each inner endpoint. Admits endpoints that the inside has sent to. */
  | 'port-restricted'
  /** One public port for each inner endpoint and destination. Admits that destination only. */
  | 'symmetric'

export interface GatewayOptions {
  readonly kind: GatewayKind
  /**
   * How long a mapping lives after the last outgoing packet, ms. Default 2 min: the minimum that
   * RFC 4787, REQ-5, allows, and Linux's value for a stream.
   */
  readonly timeoutMs?: number
  /** Whether hosts behind it reach one another by its public address. Default false. */
  readonly hairpin?: boolean
}

/** A public port that stands for an inner endpoint. */
interface Mapping {
  readonly key: string
  readonly inner: Endpoint
  readonly outer: Endpoint
  /** Until when each address or endpoint that was sent to may answer, ms. */
  readonly allowed: Map<string, number>
  until: number
}

const KINDS: readonly string[] = [
  'firewall',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'symmetric',
] satisfies readonly GatewayKind[]

/** Expired entries of a mapping are deleted once it has this many. Our choice. */
const SWEEP_AT = 1_024

/** First public port that is assigned. Lower ports are system ports (RFC 6335). */
const FIRST_PORT = 1_024
const PORTS = 65_536 - FIRST_PORT

export class Gateway {
  readonly kind: GatewayKind
  /** The public address of a translation; undefined for a firewall. */
  readonly address: string | undefined
  readonly hairpin: boolean
  readonly #timeoutMs: number
  readonly #byInner = new Map<string, Mapping>()
  readonly #byPort = new Map<number, Mapping>()
  #nextPort = 0

  /** @param address - public address of a translation; undefined for a firewall */
  constructor(options: GatewayOptions, address?: string) {
    const { kind, timeoutMs = 120_000, hairpin = false } = options
    if (!KINDS.includes(kind)) throw argumentError('kind', KINDS.join(', '), kind)
    if ((kind === 'firewall') !== (address === undefined)) {
      throw argumentError('address', 'one for a translation, none for a firewall', address)
    }
    if (typeof timeoutMs !== 'number' || !(timeoutMs > 0))
      throw argumentError('timeoutMs', 'a positive span', timeoutMs)
    this.kind = kind
    this.address = address
    this.hairpin = hairpin
    this.#timeoutMs = timeoutMs
  }

  /** Number of mappings. An expired one counts until its port is assigned again. */
  get size(): number {
    return this.#byPort.size
  }

  /**
   * Handles an outgoing packet. @returns the sender's public endpoint; undefined: no port is free
   */
  outgoing(inner: Endpoint, to: Endpoint, now: number): Endpoint | undefined {
    const mapping = this.#mappingFor(inner, to, now)
    if (mapping === undefined) return undefined
    mapping.until = now + this.#timeoutMs
    if (this.kind !== 'full-cone') {
      if (mapping.allowed.size >= SWEEP_AT) sweep(mapping.allowed, now)
      mapping.allowed.set(this.#allowedKey(to), mapping.until)
    }
    return mapping.outer
  }

  /** The inner endpoint behind an outer one; undefined if there is no mapping. */
  innerOf(outer: Endpoint, now: number): Endpoint | undefined {
    if (this.kind === 'firewall') return outer
    const mapping = this.#byPort.get(outer.port)
    return mapping !== undefined && mapping.until > now ? mapping.inner : undefined
  }

  /** Whether a packet from `from` to an outer endpoint is admitted. */
  admits(outer: Endpoint, from: Endpoint, now: number): boolean {
    const mapping =
      this.kind === 'firewall'
        ? this.#byInner.get(formatEndpoint(outer))
        : this.#byPort.get(outer.port)
    if (mapping === undefined || mapping.until <= now) return false
    if (this.kind === 'full-cone') return true
    return (mapping.allowed.get(this.#allowedKey(from)) ?? 0) > now
  }

  #allowedKey(endpoint: Endpoint): string {
    return this.kind === 'address-restricted' ? endpoint.address : formatEndpoint(endpoint)
  }

  #mappingFor(inner: Endpoint, to: Endpoint, now: number): Mapping | undefined {
    const from = formatEndpoint(inner)
    const key = this.kind === 'symmetric' ? `${from} ${formatEndpoint(to)}` : from
    const known = this.#byInner.get(key)
    if (known !== undefined && known.until > now) return known
    if (known !== undefined) this.#forget(known)
    const outer = this.address === undefined ? inner : this.#freeEndpoint(this.address, now)
    if (outer === undefined) return undefined
    const mapping: Mapping = { key, inner, outer, allowed: new Map(), until: 0 }
    this.#byInner.set(key, mapping)
    this.#byPort.set(outer.port, mapping)
    return mapping
  }

  /** The next public port that is free or whose mapping has expired. */
  #freeEndpoint(address: string, now: number): Endpoint | undefined {
    for (let tried = 0; tried < PORTS; tried++) {
      const port = FIRST_PORT + (this.#nextPort++ % PORTS)
      const holder = this.#byPort.get(port)
      if (holder !== undefined && holder.until > now) continue
      if (holder !== undefined) this.#forget(holder)
      return endpoint(address, port)
    }
    return undefined
  }

  #forget({ key, outer }: Mapping): void {
    this.#byInner.delete(key)
    this.#byPort.delete(outer.port)
  }
}

function sweep(welcome: Map<string, number>, now: number): void {
  for (const [guest, until] of welcome) if (until <= now) welcome.delete(guest)
}
