// No module imports itself, however long the way round. Imports of types count: a knot of types is
// a knot all the same for whoever has to read it.
import { graphOf } from '../imports.ts'
import type { Rule } from '../project.ts'

/** The shortest way from `start` back to `start`, without its end; undefined when there is none. */
function cycleThrough(
  graph: ReadonlyMap<string, readonly string[]>,
  start: string,
): string[] | undefined {
  const seen = new Set<string>()
  let frontier: string[][] = [[start]]
  while (frontier.length > 0) {
    const next: string[][] = []
    for (const way of frontier) {
      for (const target of graph.get(way.at(-1) ?? start) ?? []) {
        if (target === start) return way
        if (seen.has(target)) continue
        seen.add(target)
        next.push([...way, target])
      }
    }
    frontier = next
  }
  return undefined
}

export const cycles: Rule = {
  name: 'cycles',
  why: 'a file can be understood after the files it imports, never only together with them',
  *check(project) {
    const graph = graphOf(project)
    const told = new Set<string>()
    for (const path of graph.keys()) {
      const cycle = cycleThrough(graph, path)
      if (cycle === undefined || cycle.some((member) => told.has(member))) continue
      for (const member of cycle) told.add(member)
      yield { path, what: `imports itself: ${[...cycle, path].join(' -> ')}` }
    }
  },
}
