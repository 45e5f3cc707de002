// Reads the values of options. A value that can't be used is refused before anything is opened.

import { isIP, isIPv4, isIPv6 } from 'node:net'
import { InvalidArgumentError } from 'commander'

export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a port from 0 to 65535.')
}

export function parseAnnouncedPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a port from 1 to 65535.')
}

export function parseIp(text: string): string {
  if (isIP(text) !== 0) return text
  throw new InvalidArgumentError('Expected an IPv4 or IPv6 address.')
}

/** @returns false for `off` */
export function parseIpv4(text: string): string | false {
  if (text === 'off' || isIPv4(text)) return text !== 'off' && text
  throw new InvalidArgumentError('Expected an IPv4 address or off.')
}

/** @returns false for `off` */
export function parseIpv6(text: string): string | false {
  if (text === 'off' || isIPv6(text)) return text !== 'off' && text
  throw new InvalidArgumentError('Expected an IPv6 address or off.')
}

/** @param gathered - of earlier options of the same name */
export function parseBootstrap(text: string, gathered: readonly string[] = []): readonly string[] {
  if (text === 'none') return gathered
  const found = text.split(',').map((each) => each.trim())
  if (found.every((each) => /^\S+:\d{1,5}$/.test(each))) return [...gathered, ...found]
  throw new InvalidArgumentError('Expected host:port, 1.2.3.4:port or [::1]:port, or none.')
}

/** @param gathered - of earlier options of the same name */
export function parseSubnets(text: string, gathered: readonly string[] = []): readonly string[] {
  const found = text.split(',').map((each) => each.trim())
  if (found.every(isSubnet)) return [...gathered, ...found]
  throw new InvalidArgumentError('Expected subnets such as 192.168.0.0/16 or fd00::/8.')
}

function isSubnet(text: string): boolean {
  const [, address = '', length] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return Number(length) <= bits
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 1 on.')
}

/** A version of a mutable item (BEP 44). */
export function parseSequence(text: string): bigint {
  if (/^\d{1,19}$/.test(text)) return BigInt(text)
  throw new InvalidArgumentError('Expected a whole number.')
}
