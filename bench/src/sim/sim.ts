// The simulator with the production core (P10): events a second, and what a network takes in
// memory, over two decades of size.

import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import type { WorldReport } from './protocol.ts'

const SIZES = [100, 1_000, 10_000]
const LARGEST_MIB = 2_048

export async function benchSim(progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const nodes of SIZES) {
    progress.tell(`simulator: ${nodes} nodes`)
    const child = await Child.start<unknown>('sim/world', { init: { nodes } })
    const report = await child.ask<WorldReport>('report')
    await child.end()
    figures.push(speedOf(nodes, report), memoryOf(nodes, report))
  }
  return figures
}

function speedOf(nodes: number, report: WorldReport): Figure {
  const { events, cpuMs, virtualMs, growthEvents, growthCpuMs } = report
  return {
    goal: 'P10',
    what: `simulator, ${nodes} nodes that look things up: events a second of CPU time`,
    value: (1_000 * events) / cpuMs,
    unit: 'a second',
    atLeast: 200_000,
    details: {
      events,
      'virtual seconds a second': virtualMs / cpuMs,
      'growing: events a second': (1_000 * growthEvents) / growthCpuMs,
      'growing: seconds': growthCpuMs / 1_000,
    },
  }
}

function memoryOf(nodes: number, { rss }: WorldReport): Figure {
  const mebibytes = rss / 1024 ** 2
  return {
    goal: nodes === 10_000 ? 'P10' : '-',
    what: `simulator, ${nodes} nodes: resident memory`,
    value: mebibytes,
    unit: 'MiB',
    ...(nodes === 10_000 && { atMost: LARGEST_MIB }),
    details: { 'KiB a node': (mebibytes * 1024) / nodes },
  }
}
