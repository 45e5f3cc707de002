// The endpoint that a querying node is told for what this node publishes itself: the address that
// our socket was bound to, and where it was bound to every address, the one that others agree to
// see us at. A loopback address means something on this machine only, so nobody else is told of
// one.

import type { Endpoint } from '@dht/krpc'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import { isLoopback } from '../overlay/this-machine.ts'

/** @returns undefined while the address is not known, or is none for this asker */
export function publishedEndpoint(
  overlay: OverlayParts,
  what: { readonly port: number; readonly asker: Endpoint },
  now: number,
): Endpoint | undefined {
  const address = addressFor(overlay, what.asker, now)
  if (address === undefined) return undefined
  return { address, port: what.port, family: overlay.family }
}

function addressFor({ addresses }: OverlayParts, asker: Endpoint, now: number): string | undefined {
  const { local, onThisMachine, isBoundToAll } = addresses
  if (isLoopback(asker)) return onThisMachine.address
  if (isBoundToAll) return addresses.externalAddress(now)
  return isLoopback(local) ? undefined : local.address
}
