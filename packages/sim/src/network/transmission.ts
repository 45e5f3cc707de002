// One packet on its way from one host to another, and what is drawn for it: its delay, and whether
// and how it is corrupted.

import { LazyPacket } from './lazy-packet.ts'
import type { NetworkHost } from './network-host.ts'
import type { LinkConfig } from './network-options.ts'
import { CORRUPTION, DAMAGE, type WireChance } from './wire-chance.ts'

export interface Transmission {
  readonly packet: LazyPacket
  readonly sender: NetworkHost
  /** Undefined: no host has that address. */
  readonly receiver: NetworkHost | undefined
  readonly chance: WireChance
}

/** Delay of the packet, ms, whole. */
export function latencyOf(
  { sender, receiver, chance }: Transmission,
  link: LinkConfig,
  draw: number,
): number {
  return Math.floor(link.latency(sender.place, (receiver ?? sender).place, chance.unit(draw)))
}

/** Whether the packet is corrupted. */
export function isCorrupted({ corruption }: LinkConfig, chance: WireChance): boolean {
  return corruption > 0 && chance.unit(CORRUPTION) < corruption
}

/** A copy of a packet in which one to four bytes have other values. */
export function corrupted(packet: LazyPacket, chance: WireChance): LazyPacket {
  const bytes = packet.bytes.slice()
  const count = 1 + Math.floor(chance.unit(DAMAGE) * 4)
  for (let i = 1; i <= count && bytes.length > 0; i++) {
    const at = Math.floor(chance.unit(DAMAGE + 2 * i) * bytes.length)
    const change = 1 + Math.floor(chance.unit(DAMAGE + 2 * i + 1) * 255)
    bytes[at] = (bytes[at] as number) ^ change
  }
  return new LazyPacket(bytes, packet)
}
