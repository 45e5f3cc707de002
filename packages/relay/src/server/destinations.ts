// To which endpoints a client may send, and from which it may receive. A relay must not give its
// clients what only its own network can reach, so all that is no public address is refused, unless
// the relay's owner allows it.

import { BlockList } from 'node:net'
import { type Endpoint, endpoint, type Family } from '@dht/krpc'
import { optionError } from '../errors.ts'

/** Services of a system have the ports below it (RFC 6335 §6). */
const FIRST_PORT = 1_024

/** IPv4 that is not globally reachable (IANA Special-Purpose Address Registry), and multicast. */
const REFUSED_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** Public IPv6 is in this range alone, which leaves out loopback, mapped and translated IPv4. */
const GLOBAL_6 = ['2000::/3']

/** And in it these: protocols, Teredo, documentation, 6to4, which has IPv4 inside. */
const REFUSED_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const TYPES = { 4: 'ipv4', 6: 'ipv6' } as const

export interface DestinationParts {
  /** Subnets that are allowed all the same, such as `127.0.0.0/8`. */
  readonly allowed: readonly string[]
  /** The addresses of this machine at this instant, and those that lead to it. */
  readonly own: () => readonly string[]
  /** Whether clients were told of this endpoint by the relay itself. */
  readonly isTold: (endpoint: Endpoint) => boolean
  /** Whether a client of this relay has this port. */
  readonly hasPort: (family: Family, port: number) => boolean
}

export class Destinations {
  readonly #allowed: BlockList
  readonly #refused = listOf([...REFUSED_4, ...REFUSED_6])
  readonly #global = listOf(GLOBAL_6)
  readonly #parts: DestinationParts
  #own: ReadonlySet<string> = new Set()

  /** @throws {RelayError} when a subnet can't be read */
  constructor(parts: DestinationParts) {
    this.#parts = parts
    this.#allowed = listOf(parts.allowed)
    this.refresh()
  }

  /** Reads the addresses of this machine again. */
  refresh(): void {
    this.#own = new Set(this.#parts.own().map((address) => endpoint(address, 1).address))
  }

  allows(endpoint: Endpoint): boolean {
    const { address, port, family } = endpoint
    if (port < FIRST_PORT) return false
    if (this.#parts.isTold(endpoint)) return true
    const type = TYPES[family]
    if (this.#allowed.check(address, type)) return true
    if (this.#refused.check(address, type)) return false
    if (family === 6 && !this.#global.check(address, type)) return false
    // Clients of one relay reach one another at its address, and nothing else there.
    return !this.#own.has(address) || this.#parts.hasPort(family, port)
  }
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address = '', length = '', ...rest] = typeof subnet === 'string' ? subnet.split('/') : []
    try {
      if (!/^\d{1,3}$/.test(length) || rest.length > 0) throw new Error('no length')
      list.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4')
    } catch {
      throw optionError('allow', 'subnets such as 10.0.0.0/8 or fd00::/8', subnet)
    }
  }
  return list
}
