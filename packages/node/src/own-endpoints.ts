// The endpoints under which this machine reaches the node's own sockets: to ask one of them would
// be to ask itself.

import { networkInterfaces } from 'node:os'
import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { nearby } from './core/nearby.ts'

/** @param bound - what the sockets are bound to @returns as text */
export function ownEndpoints(bound: readonly Endpoint[]): ReadonlySet<string> {
  const own = bound.flatMap((local) => {
    const isEverywhere = nearby(local) !== local
    return isEverywhere ? [nearby(local), ...onThisMachine(local)] : [local]
  })
  return new Set(own.map(formatEndpoint))
}

function onThisMachine({ family, port }: Endpoint): Endpoint[] {
  return machineAddresses()
    .filter((each) => each.family === `IPv${family}` && !each.address.includes('%'))
    .map(({ address }) => endpoint(address, port))
}

/** Some systems don't tell: then there are none that we know. */
function machineAddresses(): readonly { readonly family: string; readonly address: string }[] {
  try {
    return Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  } catch {
    return []
  }
}
