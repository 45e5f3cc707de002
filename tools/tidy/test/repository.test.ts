import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { projectOf } from '../src/project.ts'
import { readRepository } from '../src/read-repository.ts'
import { longFiles } from '../src/rules/sizes.ts'
import { rules } from '../src/rules.ts'

const project = projectOf(readRepository(fileURLToPath(new URL('../../..', import.meta.url))))

describe('the repository', () => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('keeps the rule: %s', (_name, rule) => {
    const findings = [...rule.check(project)].map(
      ({ path, line, what }) => `${path}${line === undefined ? '' : `:${line}`}: ${what}`,
    )
    expect(findings, rule.why).toEqual([])
  })

  it('has files that were read', () => {
    expect(project.modules.length).toBeGreaterThan(20)
    for (const { path, lines } of longFiles(project)) console.warn(`long: ${path}, ${lines} lines`)
  })
})
