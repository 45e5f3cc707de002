// One packet on its way from one host to another, and its random numbers: they decide its delay,
// and whether and how it is corrupted.

import { LazyPacket } from './lazy-packet.ts'
import type { NetworkHost } from './network-host.ts'
import type { LinkConfig } from './network-options.ts'
import { CORRUPTION, DAMAGE, type WireChance } from './wire-chance.ts'

export interface Transmission {
  readonly packet: LazyPacket
  readonly sender: NetworkHost
  /** Undefined: no host has the destination address. */
  readonly receiver: NetworkHost | undefined
  readonly chance: WireChance
}

/**
 * Delay of the packet, whole ms.
 *
 * @param purpose - of the random number: `LATENCY`, or `SECOND_LATENCY` for a duplicate
 */
export function latencyOf(
  { sender, receiver, chance }: Transmission,
  link: LinkConfig,
  purpose: number,
): number {
  return Math.floor(link.latency(sender.place, (receiver ?? sender).place, chance.unit(purpose)))
}

/** Whether the packet is corrupted. A random number decides. */
export function isCorrupted({ corruption }: LinkConfig, chance: WireChance): boolean {
  return corruption > 0 && chance.unit(CORRUPTION) < corruption
}

/** A copy of the packet with one to four changes of a byte. Two may change the same byte. */
export function corrupted(packet: LazyPacket, chance: WireChance): LazyPacket {
  const bytes = packet.bytes.slice()
  const count = 1 + Math.floor(chance.unit(DAMAGE) * 4)
  for (let i = 1; i <= count && bytes.length > 0; i++) {
    const index = Math.floor(chance.unit(DAMAGE + 2 * i) * bytes.length)
    const mask = 1 + Math.floor(chance.unit(DAMAGE + 2 * i + 1) * 255)
    bytes[index] = (bytes[index] as number) ^ mask
  }
  return new LazyPacket(bytes, packet)
}
