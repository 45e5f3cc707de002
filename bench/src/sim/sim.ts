// Measures the simulator with the real core (goal P10): events per second and memory, for networks
// of 100 to 10,000 nodes, and for larger ones if asked.

import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import { median } from '../statistics.ts'
import type { WorldInit, WorldReport } from './protocol.ts'

const SIZES = [100, 1_000, 10_000]
/** Larger networks start from disk, because growing one by joins takes hours. */
const LARGEST_GROWN = 10_000
/** Heap that is allowed for each node, MiB: about twice what it needs. */
const HEAP_MIB_A_NODE = 0.2
const LARGEST_MIB = 2_048
/** As in `npm run sim`: most objects of an event are garbage before this much is full, MiB. */
const YOUNG_MIB = 32

/** @param sizes - number of nodes of each network. Default 100, 1,000 and 10,000 */
export async function benchSim(
  progress: Progress,
  sizes: readonly number[] = SIZES,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const nodes of sizes) {
    const fromDisk = nodes > LARGEST_GROWN
    const encoded = await measure({ nodes, fromDisk, encoded: true }, progress)
    const unencoded = await measure({ nodes, fromDisk, encoded: false }, progress)
    figures.push(speedOf(encoded), memoryOf(encoded), speedOf(unencoded))
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
  return encoded ? 'datagrams' : 'unencoded messages'
}

function speedOf({ nodes, encoded, report }: Measured): Figure {
  const { lookupRounds, growthEvents, growthCpuMs, lookups } = report
  const speeds = lookupRounds.map(({ events, cpuMs }) => (1_000 * events) / cpuMs)
  return {
    goal: 'P10',
    what: `simulator, ${nodes} nodes look up ids, ${wayOf(encoded)}: events per second of CPU`,
    value: median(speeds),
    unit: 'per second',
    atLeast: 200_000,
    details: {
      rounds: lookupRounds.length,
      'first round: events per second': speeds[0] ?? Number.NaN,
      'virtual seconds per second': median(
        lookupRounds.map(({ virtualMs, cpuMs }) => virtualMs / cpuMs),
      ),
      'growing: events per second': (1_000 * growthEvents) / growthCpuMs,
      'growing: seconds': growthCpuMs / 1_000,
      'lookups ended': lookups.ended,
      'queries per lookup': lookups.queries,
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
    details: {
      'KiB per node': (mebibytes * 1024) / nodes,
      'heap, KiB per node': heap / 1024 / nodes,
    },
  }
}
