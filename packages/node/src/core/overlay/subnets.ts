// Subnets, written as `10.0.0.0/8` or `fd00::/8`: parses them, and tells whether an address is in
// one of them. Pure functions of text.

import { commonPrefixLength, type Id, idView } from '@dht/id'
import { addressBytes } from '@dht/krpc'

export interface Subnet {
  /** An address of the subnet, 4 or 16 bytes. An id, so that prefixes can be compared. */
  readonly base: Id
  /** Number of leading bits that all its addresses share. */
  readonly length: number
}

/** Parses `address/length`; undefined: the text has another form. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const base = addressBytes(address)
  const length = Number(digits)
  if (base === undefined || digits === '' || length > 8 * base.length) return undefined
  return { base: idView(base), length }
}

/** Whether an address lies in one of the subnets. */
export function isInSubnet(address: string, subnets: readonly Subnet[]): boolean {
  if (subnets.length === 0) return false
  const bytes = addressBytes(address)
  return bytes !== undefined && subnets.some((subnet) => contains(subnet, bytes))
}

function contains({ base, length }: Subnet, address: Uint8Array): boolean {
  if (base.length !== address.length) return false
  return commonPrefixLength(base, idView(address)) >= length
}
