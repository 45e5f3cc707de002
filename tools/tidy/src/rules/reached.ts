// Every source file is reached from an entry point. A file that only tests import is refused, too.
import { graphOf } from '../imports.ts'
import type { Manifest, Member, Project, Rule } from '../project.ts'

/** The sources behind exports and commands: `./dist/udp.js` is made from `src/udp.ts`. */
function exported({ exports = {}, bin = {} }: Manifest): string[] {
  return [...Object.values(exports), ...Object.values(bin)].flatMap((target) => {
    const file = typeof target === 'string' ? target : target['default']
    const name = /^\.\/(?:dist|src)\/(.+)\.(?:js|ts)$/.exec(file ?? '')?.[1]
    return name === undefined ? [] : [`src/${name}.ts`]
  })
}

/** A package starts at its exports, a program at `src/main.ts`. */
function entriesOf({ folder, manifest }: Member): string[] {
  return [...exported(manifest), 'src/main.ts'].map((path) => `${folder}/${path}`)
}

function reachedFrom(project: Project, entries: readonly string[]): Set<string> {
  const graph = graphOf(project)
  const reached = new Set<string>()
  const open = [...entries]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    open.push(...(graph.get(path) ?? []))
  }
  return reached
}

export const reached: Rule = {
  name: 'reached',
  why: 'a source that no entry point imports is dead code',
  *check(project) {
    const alive = reachedFrom(project, project.members.flatMap(entriesOf))
    for (const { path } of project.modules) {
      const isWatched = /^(packages|examples)\/[^/]+\/src\//.test(path)
      if (isWatched && !alive.has(path)) yield { path, what: 'no entry point leads here' }
    }
  },
}
