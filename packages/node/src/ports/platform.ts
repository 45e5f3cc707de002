// What a node takes from the machine where its options give nothing else: one value for Node, Deno
// and Bun, and one for browsers.

import type { RandomSource } from '@dht/id'
import type { Family, Transport } from '@dht/krpc'
import type { ItemCrypto } from '../core/items/item-crypto.ts'
import type { Clock } from './clock.ts'
import type { Resolver } from './resolver.ts'
import type { StateStorage } from './state-storage.ts'

/** A warning as data: the part that is printed. */
export interface PrintedWarning {
  readonly code: string
  readonly message: string
  readonly cause?: { readonly name: string; readonly message: string }
}

/** An address of a network interface. A zone follows `%`. */
export interface MachineAddress {
  readonly family: Family
  readonly address: string
}

/** Where UDP listens. */
export interface UdpAddress {
  readonly family: Family
  readonly address: string
  readonly port: number
}

/** @returns 32 bytes */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

export interface Platform {
  /** The hash and the signatures of items. */
  readonly crypto: ItemCrypto
  /** The checksum of a saved state. */
  readonly sha256: Sha256
  random(): RandomSource
  clock(): Clock
  /** Resolves names of the bootstrap list. */
  resolver(family: Family): Resolver
  /** Tells a warning to the user of the program. */
  warn(warning: PrintedWarning): void
  /** The addresses of this machine; none where the system does not tell them. */
  addresses(): readonly MachineAddress[]
  /** Undefined: the machine has no UDP, and a node needs transports of its own. */
  readonly udp: ((at: UdpAddress) => Transport) | undefined
  /** Undefined: the machine has no files, and a state needs a storage. */
  readonly storageAt: ((path: string) => StateStorage) | undefined
}
