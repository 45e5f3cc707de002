// Converts IP addresses between text and bytes. It looks up no names and knows no ports.
// Each address has one text: dotted decimal for IPv4, RFC 5952 for IPv6. An IPv4 address mapped
// into IPv6 (::ffff:0:0/96) is treated as the IPv4 address. Text with a zone (fe80::1%eth0) is
// refused, because a zone means something on one machine only.

const V4_BYTES = 4
const V6_GROUPS = 8
/** Longest text of an IPv6 address: six groups and a dotted quad, RFC 4291 §2.2. */
const MAX_TEXT = 45
const DOT = 46

/**
 * The bytes of an address given as text, big endian.
 *
 * @returns 4 bytes for IPv4 and for IPv4 mapped into IPv6, 16 for IPv6; `undefined` when the text
 * is no IP address (a name, a zone, an octet with a leading zero, …)
 * @see RFC 4291 §2.2
 */
export function addressBytes(address: string): Uint8Array | undefined {
  return addressWithTail(address, 0)
}

/** The same bytes, followed by `tailLength` zeros, so that a port fits behind them. */
export function addressWithTail(address: string, tailLength: number): Uint8Array | undefined {
  if (!address.includes(':')) return bytesOfV4(address, tailLength)
  const bytes = bytesOfV6(address, tailLength)
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(12) : bytes
}

/** The canonical text of an address of 4 or 16 bytes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === V4_BYTES) return textOfV4(bytes, 0)
  return isMapped(bytes) ? textOfV4(bytes, 12) : textOfV6(bytes)
}

function bytesOfV4(text: string, tailLength: number): Uint8Array | undefined {
  const bytes = new Uint8Array(V4_BYTES + tailLength)
  let at = 0
  for (let octet = 0; octet < V4_BYTES; octet++) {
    if (octet > 0 && text.charCodeAt(at++) !== DOT) return undefined
    const first = at
    let value = 0
    for (; isDigit(text, at); at++) value = value * 10 + text.charCodeAt(at) - 48
    const digits = at - first
    const hasLeadingZero = digits > 1 && text.charCodeAt(first) === 48
    if (digits === 0 || value > 255 || hasLeadingZero) return undefined
    bytes[octet] = value
  }
  return at === text.length ? bytes : undefined
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** Dotted decimal of the four bytes from `at` on. */
export function textOfV4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

function bytesOfV6(text: string, tailLength: number): Uint8Array | undefined {
  if (text.length > MAX_TEXT) return undefined
  const [head = '', tail, more] = text.split('::')
  if (more !== undefined) return undefined
  const before = groupsOf(head, tail === undefined)
  const after = groupsOf(tail ?? '', true)
  if (before === undefined || after === undefined) return undefined
  const missing = V6_GROUPS - before.length - after.length
  // "::" stands for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const bytes = new Uint8Array(2 * V6_GROUPS + tailLength)
  for (const [index, group] of [...before, ...Array(missing).fill(0), ...after].entries()) {
    bytes[2 * index] = group >> 8
    bytes[2 * index + 1] = group & 0xff
  }
  return bytes
}

/** Groups of 16 bits. The last two may be a dotted quad if the address ends there. */
function groupsOf(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const quad = endsAddress && index === parts.length - 1 ? bytesOfV4(part, 0) : undefined
    if (quad === undefined) return undefined
    groups.push((quad[0]! << 8) | quad[1]!, (quad[2]! << 8) | quad[3]!)
  }
  return groups
}

/** Lower case, no leading zeros, the first longest run of two or more zero groups as "::". */
function textOfV6(bytes: Uint8Array): string {
  const groups: number[] = []
  for (let i = 0; i < V6_GROUPS; i++) groups.push((bytes[2 * i]! << 8) | bytes[2 * i + 1]!)
  const run = longestZeroRun(groups)
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  if (run.length < 2) return text(groups)
  return `${text(groups.slice(0, run.start))}::${text(groups.slice(run.start + run.length))}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  }
  return best
}

/** Whether 16 bytes are an IPv4 address mapped into IPv6, RFC 4291 §2.5.5.2. */
function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false
  return bytes[10] === 0xff && bytes[11] === 0xff
}
