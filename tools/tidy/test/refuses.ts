// Shows a rule a small invented repository and hands back what it refuses.
import { projectOf, type Rule } from '../src/project.ts'

/** The findings of a rule, as `path: what`. */
export function findingsOf(rule: Rule, files: Readonly<Record<string, string>>): string[] {
  return [...rule.check(projectOf(files))].map(({ path, what }) => `${path}: ${what}`)
}

/** What the rule says of one source file behind the wall. */
export function inCore(rule: Rule, text: string): string[] {
  return findingsOf(rule, { 'packages/store/src/thing.ts': text })
}

/** A package.json by its name and what it depends on. */
export function manifest(name: string, dependencies: readonly string[] = []): string {
  return JSON.stringify({
    name,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies: Object.fromEntries(dependencies.map((each) => [each, '*'])),
  })
}
