// The order of test files when no earlier run is known, as in a fresh clone. The longest ones
// begin, so that none of them runs alone at the end while the other cores wait.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files and folders that take longer than others, the longest first. */
const LONG = [
  'packages/sim/test/unit/scenarios/',
  'packages/sim/test/properties/',
  'packages/cli/test/e2e/',
  'packages/sim/test/unit/',
  'packages/node/test/e2e/',
  'examples/',
  'packages/node/test/properties/',
  '/test/model/',
]

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = await super.sort(files)
    return known.toSorted((a, b) => rank(a) - rank(b))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((path) => moduleId.includes(path))
  return place === -1 ? LONG.length : place
}
