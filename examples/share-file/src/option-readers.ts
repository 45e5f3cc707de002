// Values of the command line, from text to what the program works with. What can't be read is told
// by commander, which names the option and the text.

import { isIPv4, isIPv6 } from 'node:net'
import { parseEndpoint } from '@dht/krpc'
import { InvalidArgumentError } from 'commander'

/** A reader of whole numbers from `least` to `most`. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`)
  }
}

/** `host:port`, gathered: the option may be given many times, and a text may hold several. */
export function contacts(text: string, gathered: readonly string[]): readonly string[] {
  const found = text.split(',').map((each) => each.trim())
  if (found.every((each) => /^\S+:\d{1,5}$/.test(each))) return [...gathered, ...found]
  throw new InvalidArgumentError('Expected host:port, 1.2.3.4:port or [::1]:port.')
}

/** An IPv4 address, or `off`, which is `false`. */
export function ipv4(text: string): string | false {
  if (text === 'off') return false
  if (isIPv4(text)) return text
  throw new InvalidArgumentError('Expected an IPv4 address or off.')
}

/** An IPv6 address, or `off`, which is `false`. */
export function ipv6(text: string): string | false {
  if (text === 'off') return false
  if (isIPv6(text)) return text
  throw new InvalidArgumentError('Expected an IPv6 address or off.')
}

/** `addr:port`; port 0 lets the system choose. */
export function place(text: string): { readonly address: string; readonly port: number } {
  try {
    const isAny = text.endsWith(':0')
    const { address, port } = parseEndpoint(isAny ? `${text.slice(0, -1)}1` : text)
    return { address, port: isAny ? 0 : port }
  } catch {
    throw new InvalidArgumentError('Expected 1.2.3.4:80 or [::1]:80.')
  }
}
