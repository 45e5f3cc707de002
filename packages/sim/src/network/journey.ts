// A datagram on its way from one machine to another, and what is drawn for it: how long it takes,
// whether it is damaged, and how.

import type { Machine } from './machine.ts'
import type { LinkConfig } from './network-options.ts'
import { Parcel } from './parcel.ts'
import { CORRUPTION, DAMAGE, type WireChance } from './wire-chance.ts'

export interface Journey {
  readonly passage: Parcel
  readonly sender: Machine
  /** Undefined: nobody has that address. */
  readonly receiver: Machine | undefined
  readonly chance: WireChance
}

/** Time under way, ms, whole. */
export function underWay(
  { sender, receiver, chance }: Journey,
  link: LinkConfig,
  draw: number,
): number {
  return Math.floor(link.latency(sender.place, (receiver ?? sender).place, chance.unit(draw)))
}

/** Whether it arrives damaged. */
export function damages({ corruption }: LinkConfig, chance: WireChance): boolean {
  return corruption > 0 && chance.unit(CORRUPTION) < corruption
}

/** A copy with one to four bytes changed to other values. */
export function damaged(passage: Parcel, chance: WireChance): Parcel {
  const bytes = passage.bytes.slice()
  const count = 1 + Math.floor(chance.unit(DAMAGE) * 4)
  for (let i = 1; i <= count && bytes.length > 0; i++) {
    const at = Math.floor(chance.unit(DAMAGE + 2 * i) * bytes.length)
    const change = 1 + Math.floor(chance.unit(DAMAGE + 2 * i + 1) * 255)
    bytes[at] = (bytes[at] as number) ^ change
  }
  return new Parcel(bytes, passage)
}
