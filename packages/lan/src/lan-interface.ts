// The interfaces of this machine on which nodes are announced and looked for.

import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Interfaces that are used: ours. A machine with more has mostly virtual ones. */
export const MAX_INTERFACES = 8

export interface LanInterface {
  /** IPv4 address of this machine. */
  readonly address: string
  /** Whether an address is in the subnet of this interface. */
  readonly isOnLink: (address: string) => boolean
}

/** One for each interface with an IPv4 address, without loopback. */
export function lanInterfaces(): readonly LanInterface[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => {
    const first = each?.find(({ family, internal }) => family === 'IPv4' && !internal)
    return first === undefined ? [] : [lanInterface(first.address, first.cidr)]
  })
  return all.slice(0, MAX_INTERFACES)
}

/** @param cidr - the address with the length of its subnet's prefix; null where there is none */
export function lanInterface(address: string, cidr: string | null): LanInterface {
  const subnet = new BlockList()
  subnet.addSubnet(address, Number(cidr?.split('/')[1] ?? 32), 'ipv4')
  return { address, isOnLink: (each) => subnet.check(each, 'ipv4') }
}
