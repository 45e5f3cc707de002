// How a node is described in DNS-SD (RFC 6763): a service of type `_dht-node._udp`, whose TXT
// record has the name of the network. Writes the records of our own node, and reads those of
// others.

export const SERVICE_TYPE = '_dht-node._udp.local'
/** Where browsers ask which types of services there are (RFC 6763 §9). */
export const TYPES = '_services._dns-sd._udp.local'

/** Lifetime of the records, s: RFC 6762 §10, for records with a host name and for all others. */
const HOST_TTL = 120
const OTHER_TTL = 4_500

/** Records of one datagram that are read: ours. A node is described by four. */
const MAX_RECORDS = 64
/** Strings of one TXT record that are read: ours. */
const MAX_STRINGS = 16

/** A record of DNS. What `data` is depends on the type. */
export interface DnsRecord {
  readonly name: string
  readonly type: string
  /** Lifetime, s. */
  readonly ttl?: number
  /** It replaces what others know of this name and type (RFC 6762 §10.2). */
  readonly flush?: boolean
  readonly data?: unknown
}

/** A node as it is announced on one interface. */
export interface Announced {
  /** The first label of its name, the same on all interfaces and of no other node. */
  readonly instance: string
  readonly network: string
  /** IPv4 address of the interface. */
  readonly address: string
  readonly port: number
}

export interface ServiceRecords {
  readonly answers: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

/** @param isGone - the node ends: others forget its records (RFC 6762 §10.1) */
export function recordsOf(node: Announced, isGone = false): ServiceRecords {
  const name = `${node.instance}.${SERVICE_TYPE}`
  const host = `${node.instance}.local`
  const ttl = isGone ? 0 : OTHER_TTL
  const hostTtl = isGone ? 0 : HOST_TTL
  const data = [`txtvers=1`, `network=${node.network}`]
  const where = { port: node.port, target: host, priority: 0, weight: 0 }
  return {
    answers: [{ name: SERVICE_TYPE, type: 'PTR', ttl, data: name }],
    additionals: [
      { name, type: 'SRV', ttl: hostTtl, flush: true, data: where },
      { name, type: 'TXT', ttl, flush: true, data },
      { name: host, type: 'A', ttl: hostTtl, flush: true, data: node.address },
    ],
  }
}

/** Tells a browser of services that there is this type. */
export function typeRecords(): Pick<ServiceRecords, 'answers'> {
  return { answers: [{ name: TYPES, type: 'PTR', ttl: OTHER_TTL, data: SERVICE_TYPE }] }
}

/** What a datagram says about one node. */
export interface FoundService {
  readonly instance: string
  readonly port: number
  /** The node has ended. */
  readonly isGone: boolean
}

/**
 * The nodes of `network` that are described whole. Addresses are not read: a node is believed to be
 * where its datagram came from, so that nobody can name the address of somebody else.
 *
 * @param records - of one datagram, from anybody
 */
export function servicesIn(
  records: readonly DnsRecord[],
  network: string,
): readonly FoundService[] {
  const read = records.slice(0, MAX_RECORDS)
  const names = new Set(read.filter(isPointer).map(({ data }) => String(data).toLowerCase()))
  const ofNetwork = new Set(read.filter((each) => namesNetwork(each, network)).map(nameOf))
  return read.flatMap((each) => {
    const name = nameOf(each)
    const port = each.type === 'SRV' ? portOf(each) : undefined
    if (port === undefined || !names.has(name) || !ofNetwork.has(name)) return []
    return [{ instance: name.split('.', 1)[0]!, port, isGone: each.ttl === 0 }]
  })
}

/** Names of DNS are compared without case. */
function nameOf({ name }: DnsRecord): string {
  return name.toLowerCase()
}

function isPointer(record: DnsRecord): boolean {
  return record.type === 'PTR' && nameOf(record) === SERVICE_TYPE
}

function portOf({ data }: DnsRecord): number | undefined {
  const { port } = data as { readonly port: number }
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** A TXT record has one string of bytes or several. */
function namesNetwork({ type, data }: DnsRecord, network: string): boolean {
  if (type !== 'TXT') return false
  const strings = (Array.isArray(data) ? data : [data]).slice(0, MAX_STRINGS)
  return strings.some((each) => String(each) === `network=${network}`)
}
