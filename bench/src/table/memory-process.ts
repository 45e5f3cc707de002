// How much memory tables of one kind take, in a process that holds nothing else. The contacts are
// made before and shared by all tables, so only what the tables add to them counts.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { initOf, serve } from '../serve.ts'
import { type Contestant, filled, kBucket, ours, randomContacts, randomId } from './contestants.ts'
import type { MemoryInit, MemoryReport } from './protocol.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const TABLES = 50

const { whose, offered, width } = initOf<MemoryInit>()
const self = randomId(width)
const contacts = randomContacts(offered, width)
const report = whose === 'ours' ? measure(ours) : measure(kBucket)
serve<unknown>({ port: 0 }, () => report)

function measure<Table>(contestant: Contestant<Table>): MemoryReport {
  const make = (): Table => filled(contestant, self, contacts)
  // Two first, for the code that they compile.
  const warmUp = [make(), make()]
  const before = heap()
  const tables = Array.from({ length: TABLES }, make)
  const bytes = (heap() - before) / tables.length
  return { bytes, members: contestant.members(warmUp[0] as Table).length }
}

/** Bytes of objects alive. */
function heap(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
