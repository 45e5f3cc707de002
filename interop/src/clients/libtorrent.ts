// libtorrent-rasterbar, through its binding for Debian's Python.

import { fileURLToPath } from 'node:url'
import { complaintOf } from '../process/complaint.ts'
import type { NodeClient } from './node-client.ts'

const PYTHON = '/usr/bin/python3'
const PROGRAM = fileURLToPath(new URL('../programs/libtorrent-nodes.py', import.meta.url))

export const libtorrent: NodeClient = {
  name: 'libtorrent',
  command: [PYTHON, '-W', 'ignore', PROGRAM],
  missing: () => complaintOf([PYTHON, '-c', 'import libtorrent'], 'python3-libtorrent'),
}
