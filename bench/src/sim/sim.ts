// The simulator with the production core (P10): events a second and memory, over two decades of
// size, and a third one on request.

import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import { median } from '../statistics.ts'
import type { WorldInit, WorldReport } from './protocol.ts'

const SIZES = [100, 1_000, 10_000]
/** Larger networks start from disk: to grow one by joins takes hours. */
const LARGEST_GROWN = 10_000
/** Heap that is allowed for each node, MiB: about twice what it takes. */
const HEAP_MIB_A_NODE = 0.2
const LARGEST_MIB = 2_048
/** As `npm run sim` has it: most of what an event makes is gone before so much is full, MiB. */
const YOUNG_MIB = 32

/** @param sizes - nodes of each network. Default 100, 1,000 and 10,000 */
export async function benchSim(
  progress: Progress,
  sizes: readonly number[] = SIZES,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const nodes of sizes) {
    const fromDisk = nodes > LARGEST_GROWN
    const written = await measure({ nodes, fromDisk, encoded: true }, progress)
    const unwritten = await measure({ nodes, fromDisk, encoded: false }, progress)
    figures.push(speedOf(written), memoryOf(written), speedOf(unwritten))
  }
  return figures
}

interface Measured extends WorldInit {
  readonly report: WorldReport
}

async function measure(init: WorldInit, progress: Progress): Promise<Measured> {
  const { nodes, encoded } = init
  progress.tell(`simulator: ${nodes} nodes, ${wayOf(encoded)}`)
  const heapMib = Math.max(2_048, Math.ceil(nodes * HEAP_MIB_A_NODE))
  const execArgv = [`--max-old-space-size=${heapMib}`, `--max-semi-space-size=${YOUNG_MIB}`]
  const child = await Child.start<unknown>('sim/world', { init, execArgv })
  const report = await child.ask<WorldReport>('report')
  await child.end()
  return { ...init, report }
}

function wayOf(encoded: boolean): string {
  return encoded ? 'datagrams' : 'messages unwritten'
}

function speedOf({ nodes, encoded, report }: Measured): Figure {
  const { lives, growthEvents, growthCpuMs, lookups } = report
  const speeds = lives.map(({ events, cpuMs }) => (1_000 * events) / cpuMs)
  return {
    goal: 'P10',
    what: `simulator, ${nodes} nodes look things up, ${wayOf(encoded)}: events a second of CPU`,
    value: median(speeds),
    unit: 'a second',
    atLeast: 200_000,
    details: {
      rounds: lives.length,
      'first round: events a second': speeds[0] ?? Number.NaN,
      'virtual seconds a second': median(lives.map(({ virtualMs, cpuMs }) => virtualMs / cpuMs)),
      'growing: events a second': (1_000 * growthEvents) / growthCpuMs,
      'growing: seconds': growthCpuMs / 1_000,
      'lookups ended': lookups.ended,
      'questions a lookup': lookups.queries,
      hops: lookups.hops,
      'share exact': lookups.exactShare,
    },
  }
}

function memoryOf({ nodes, report: { rss, heap } }: Measured): Figure {
  const mebibytes = rss / 1024 ** 2
  return {
    goal: nodes === 10_000 ? 'P10' : '-',
    what: `simulator, ${nodes} nodes: resident memory`,
    value: mebibytes,
    unit: 'MiB',
    ...(nodes === 10_000 && { atMost: LARGEST_MIB }),
    details: { 'KiB a node': (mebibytes * 1024) / nodes, 'heap, KiB a node': heap / 1024 / nodes },
  }
}
