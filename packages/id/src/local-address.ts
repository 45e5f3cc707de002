// Which IP addresses are local. BEP 42 doesn't apply to them, because the same local address
// belongs to a different host in every network, and hosts outside see another address. Addresses
// are 4 or 16 bytes in network order. This file doesn't know their text form.

import { prefixMask } from './prefix.ts'

/** A block of addresses: those that share the first `bits` bits of `start`. */
interface Block {
  readonly start: readonly number[]
  readonly bits: number
}

/** Local IPv4 blocks: the five of BEP 42, and RFC 6598 as in libtorrent. */
const LOCAL_IPV4: readonly Block[] = [
  { start: [10], bits: 8 }, // RFC 1918
  { start: [172, 16], bits: 12 }, // RFC 1918
  { start: [192, 168], bits: 16 }, // RFC 1918
  { start: [169, 254], bits: 16 }, // link-local, RFC 3927
  { start: [127], bits: 8 }, // loopback
  { start: [100, 64], bits: 10 }, // carrier-grade NAT, RFC 6598
]

/** Local IPv6 blocks, as in libtorrent; BEP 42 names none. */
const LOCAL_IPV6: readonly Block[] = [
  { start: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], bits: 128 }, // loopback
  { start: [0xfe, 0x80], bits: 10 }, // link-local, RFC 4291
  { start: [0xfe, 0xc0], bits: 10 }, // site-local, RFC 3879
  { start: [0xfc], bits: 7 }, // unique local, RFC 4193
]

const IPV4_FIRST_BYTES = firstBytesOf(LOCAL_IPV4)
const IPV6_FIRST_BYTES = firstBytesOf(LOCAL_IPV6)

/** Whether an address of 4 or 16 bytes is local, so that BEP 42 doesn't apply to it. */
export function isLocalAddress(address: Uint8Array): boolean {
  const isIpv4 = address.length === 4
  // Most addresses are not local, and their first byte shows it.
  if (!(isIpv4 ? IPV4_FIRST_BYTES : IPV6_FIRST_BYTES)[address[0]!]) return false
  const blocks = isIpv4 ? LOCAL_IPV4 : LOCAL_IPV6
  return blocks.some((block) => isInside(address, block))
}

function isInside(address: Uint8Array, { start, bits }: Block): boolean {
  return start.every((byte, i) => ((byte ^ address[i]!) & prefixMask(bits, i)) === 0)
}

/** For each byte, whether an address of one of the blocks may start with it. */
function firstBytesOf(blocks: readonly Block[]): readonly boolean[] {
  return Array.from({ length: 256 }, (_, byte) =>
    blocks.some(({ start, bits }) => ((byte ^ start[0]!) & prefixMask(bits, 0)) === 0),
  )
}
