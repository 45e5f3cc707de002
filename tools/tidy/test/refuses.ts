// Runs a rule on a small invented repository and returns its findings.
import { projectOf, type Rule } from '../src/project.ts'

/** The findings of a rule, as `path: what`. */
export function findingsOf(rule: Rule, files: Readonly<Record<string, string>>): string[] {
  return [...rule.check(projectOf(files))].map(({ path, what }) => `${path}: ${what}`)
}

/** The findings of a rule about one source file of a core. */
export function inCore(rule: Rule, text: string): string[] {
  const wall = JSON.stringify({ include: ['src'] })
  return findingsOf(rule, {
    'packages/store/tsconfig.wall.json': wall,
    'packages/store/src/thing.ts': text,
  })
}

/** A package.json with a name and dependencies. */
export function manifest(name: string, dependencies: readonly string[] = []): string {
  return JSON.stringify({
    name,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies: Object.fromEntries(dependencies.map((each) => [each, '*'])),
  })
}
