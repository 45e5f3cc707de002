// The endpoint that a querying node is told for what this node publishes itself: the address that
// the socket is bound to, or, if that is every address, the one that other nodes agree to see. A
// loopback address is told on this machine only.

import type { Endpoint } from '@dht/krpc'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import { isLoopback } from '../overlay/this-machine.ts'
import type { Announced } from './announced.ts'

/** The port that nodes store for an announcement in one overlay. */
export function publishedPort({ addresses }: OverlayParts, announced: Announced): number {
  return announced.impliedPort ? addresses.local.port : announced.port
}

/** @returns undefined while the address is not known, or is none for this asker */
export function publishedEndpoint(
  overlay: OverlayParts,
  what: { readonly announced: Announced; readonly asker: Endpoint },
  now: number,
): Endpoint | undefined {
  const address = addressFor(overlay, what.asker, now)
  if (address === undefined) return undefined
  return { address, port: publishedPort(overlay, what.announced), family: overlay.family }
}

function addressFor({ addresses }: OverlayParts, asker: Endpoint, now: number): string | undefined {
  const { local, onThisMachine, isBoundToAll } = addresses
  if (isLoopback(asker)) return onThisMachine.address
  if (isBoundToAll) return addresses.externalAddress(now)
  return isLoopback(local) ? undefined : local.address
}
