// What every JavaScript runtime gives to a node, browsers included: no sockets, names or files.
// Hashes and signatures are in JavaScript, because those of browsers are asynchronous.

import { sha256 } from '@noble/hashes/sha2.js'
import { nobleCrypto } from '../core/items/noble-crypto.ts'
import type { Platform } from '../ports/platform.ts'
import type { Resolver } from '../ports/resolver.ts'
import { consoleWarning } from './console-warnings.ts'
import { portableClock } from './portable-clock.ts'
import { systemRandom } from './system-random.ts'

const noNames: Resolver = async () => {
  throw new Error('names are not resolved here: give addresses, or the option resolver')
}

export const portablePlatform: Platform = Object.freeze<Platform>({
  crypto: nobleCrypto,
  sha256,
  random: systemRandom,
  clock: portableClock,
  resolver: () => noNames,
  warn: consoleWarning,
  addresses: () => [],
  udp: undefined,
  storageAt: undefined,
})
