// The addresses of the network interfaces of this machine.

import { networkInterfaces } from 'node:os'
import type { MachineAddress } from '../ports/platform.ts'

/** None on systems that don't tell them. */
export function machineAddresses(): readonly MachineAddress[] {
  try {
    const interfaces = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
    return interfaces.map(({ family, address }) => ({ family: family === 'IPv4' ? 4 : 6, address }))
  } catch {
    return []
  }
}
