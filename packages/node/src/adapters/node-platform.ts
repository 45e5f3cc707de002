// What Node, Deno and Bun give a node: UDP, DNS, files, and hashes and signatures in native code.

import { createHash } from 'node:crypto'
import { udpTransport } from '@dht/krpc/udp'
import type { Platform } from '../ports/platform.ts'
import { dnsLookup } from './dns-lookup.ts'
import { fileStorage } from './file-storage.ts'
import { machineAddresses } from './machine-addresses.ts'
import { nodeCrypto } from './node-crypto.ts'
import { processWarning } from './process-warnings.ts'
import { systemClock } from './system-clock.ts'
import { systemRandom } from './system-random.ts'

export const nodePlatform: Platform = Object.freeze<Platform>({
  crypto: nodeCrypto,
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  random: systemRandom,
  clock: systemClock,
  resolver: dnsLookup,
  warn: processWarning,
  addresses: machineAddresses,
  udp: udpTransport,
  storageAt: fileStorage,
})
