// Whether this process may make networks.

import type { Requirement } from '../scenario.ts'
import { Network } from './network.ts'

export const namespaces: Requirement = {
  name: 'namespaces',
  missing: async () => {
    try {
      const network = await Network.create()
      await network.host([])
      await network.close()
      return undefined
    } catch (error) {
      return `no namespaces: they need root and iproute2 (${(error as Error).message})`
    }
  },
}
