// What an idle node costs (P6): memory and CPU time above a bare Node process, and the memory of
// many nodes in one process and of many stored peers.

import { randomBytes } from 'node:crypto'
import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import type { Mark, Place, ServerRequest } from '../server/protocol.ts'
import type { ManyInit, ManyReport } from './protocol.ts'

const IDLE_MS = 20_000
/** Until the join, the first refresh of every bucket and the collections after them are over. */
const SETTLE_MS = 80_000
const NEIGHBOURS = 400
const CORES = 1_000
const PEERS = 100_000
const CONTACTS = 100

export async function benchMemory(progress: Progress): Promise<Figure[]> {
  progress.tell('memory: many nodes in one process')
  const empty = await many({ what: 'cores', count: CORES, contacts: 0 })
  const joined = await many({ what: 'cores', count: CORES, contacts: CONTACTS })
  progress.tell('memory: stored peers')
  const peers = await many({ what: 'peers', count: PEERS, contacts: 0 })
  const idle = await benchIdle(progress)
  return [
    ...idle,
    {
      goal: 'P6',
      what: `memory, ${CORES} nodes in one process, sockets apart: each`,
      value: joined.bytes / CORES / 1024,
      unit: 'KiB',
      atMost: 20,
      details: { 'contacts each': joined.kept, 'KiB without contacts': empty.bytes / CORES / 1024 },
    },
    {
      goal: 'P6',
      what: 'memory, stored peers: each',
      value: peers.bytes / peers.kept,
      unit: 'bytes',
      atMost: 100,
      details: { peers: peers.kept },
    },
  ]
}

async function many(init: ManyInit): Promise<ManyReport> {
  const child = await Child.start<unknown>('memory/many', { init })
  const report = await child.ask<ManyReport>('report')
  await child.end()
  return report
}

async function benchIdle(progress: Progress): Promise<Figure[]> {
  progress.tell(`idle: ${IDLE_MS / 1000} s of one node beside a bare Node process`)
  const bare = await Child.start<ServerRequest>('memory/bare', { init: null })
  const id = randomBytes(20).toString('hex')
  const ours = await Child.start<ServerRequest>('server/ours', {
    init: { id, network: 'mainline' },
  })
  const init = { network: 'mainline', count: NEIGHBOURS }
  const neighbours = await Child.start<unknown>('server/neighbours', { init })
  await ours.ask({ kind: 'meet', places: await neighbours.ask<Place[]>('places') })
  await pause(SETTLE_MS)
  const before = { bare: await mark(bare), ours: await mark(ours) }
  await pause(IDLE_MS)
  const after = { bare: await mark(bare), ours: await mark(ours) }
  await Promise.all([bare, ours, neighbours].map((child) => child.end()))
  const perMinute = (name: 'bare' | 'ours'): number =>
    ((after[name].cpuMicros - before[name].cpuMicros) / 1e6) * (60_000 / IDLE_MS)
  return [
    {
      goal: 'P6',
      what: 'idle: CPU time of one node above bare Node',
      value: perMinute('ours') - perMinute('bare'),
      unit: 's/min',
      atMost: 0.002,
      details: { 'ours s/min': perMinute('ours'), 'bare s/min': perMinute('bare') },
    },
    {
      goal: 'P6',
      what: 'idle: resident memory of one node above bare Node',
      value: (after.ours.rss - after.bare.rss) / 1024 ** 2,
      unit: 'MiB',
      atMost: 6,
      details: { 'ours MiB': after.ours.rss / 1024 ** 2, 'bare MiB': after.bare.rss / 1024 ** 2 },
    },
  ]
}

function mark(child: Child<ServerRequest>): Promise<Mark> {
  return child.ask<Mark>({ kind: 'mark' })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
