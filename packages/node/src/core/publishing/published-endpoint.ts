// Where somebody who asks can reach what we publish ourselves: the address that our socket was
// bound to, and where it was bound to every address, the one that others agree to see us at. A
// loopback address means something on this machine only, so nobody else is told of one.

import type { Endpoint } from '@dht/krpc'
import { isLoopback } from '../overlay/nearby.ts'
import type { Overlay } from '../overlay/overlay.ts'

/** @returns undefined while the address is not known, or is none for this asker */
export function publishedEndpoint(
  overlay: Overlay,
  what: { readonly port: number; readonly asker: Endpoint },
  now: number,
): Endpoint | undefined {
  const address = addressFor(overlay, what.asker, now)
  if (address === undefined) return undefined
  return { address, port: what.port, family: overlay.family }
}

function addressFor(
  { local, nearby, votes }: Overlay,
  asker: Endpoint,
  now: number,
): string | undefined {
  if (isLoopback(asker)) return nearby.address
  const isBoundToAll = nearby !== local
  if (isBoundToAll) return votes.address(now)
  return isLoopback(local) ? undefined : local.address
}
