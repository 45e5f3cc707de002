// Our own node.

import { fileURLToPath } from 'node:url'
import type { NodeClient } from './node-client.ts'

export const ours: NodeClient = {
  name: 'ours',
  command: [process.execPath, fileURLToPath(new URL('clients/ours-process.js', import.meta.url))],
  missing: async () => undefined,
}
