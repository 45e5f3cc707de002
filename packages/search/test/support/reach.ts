// How many of the nearest a lookup waits for, and which queries are open, by plain counting.
import type { View } from '../model/lookup.model.ts'
import type { Turn } from '../model/lookup.script.ts'
import type { Setup } from '../model/lookup.setup.ts'
import type { TestNode } from './network.ts'

/** The nearest that have not failed: k, and up to 2k of those in the region. */
export function waitedFor({ candidates }: View, setup: Setup): View['candidates'] {
  const { k, region, target, width } = setup
  const size = 2 ** (8 * width)
  const standing = candidates.filter(({ state }) => state !== 'failed')
  const inside = standing.filter(({ node }) => Number(node.value ^ target) < region * size)
  return standing.slice(0, Math.max(k, Math.min(2 * k, inside.length)))
}

/** The queries that are open before each step; each step ends the ones that it is about. */
export function openQueries(turns: readonly Turn[]): readonly (readonly TestNode[])[] {
  const asked = new Set<TestNode>()
  let open: readonly TestNode[] = []
  return turns.map(({ event, verdict, after }) => {
    const before = open
    if (event?.kind === 'query') {
      asked.add(event.asked)
      open = [...open, event.asked]
    }
    const isAbout = queryAbout(event, before, asked)
    if (isAbout !== undefined && event?.kind !== 'stall' && verdict !== 'ignored') {
      const isAccepted = verdict === 'accepted'
      open = open.filter((node) => {
        return isAccepted ? node.value !== isAbout.value : node !== isAbout
      })
    }
    if (after.phase === 'complete' || after.phase === 'aborted') asked.clear()
    return before
  })
}

/** An object that was never queried stands for the last query to its id. */
export function queryAbout(
  event: Turn['event'],
  open: readonly TestNode[],
  asked: ReadonlySet<TestNode>,
): TestNode | undefined {
  if (event === undefined || event.kind === 'query' || event.kind === 'abort') return undefined
  if (asked.has(event.asked)) return open.find((node) => node === event.asked)
  return open.findLast(({ value }) => value === event.asked.value)
}
