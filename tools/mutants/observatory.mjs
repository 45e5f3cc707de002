// Mutants of what observers are told and of what the page makes of it, as edits of the sources,
// each with the properties whose tests must fail.

const observatory = 'packages/observatory'

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const ofObservatory = [
  {
    id: 'M271',
    wrong: 'A bucket forgets who waits in it when others split.',
    file: `${observatory}/page/model/table-view.ts`,
    find: 'bucket.waiting = known?.waiting ?? []',
    replace: 'bucket.waiting = []',
    tests: [`${observatory}/test/page/table-changes.test.ts`],
    killers: ['PAGE-10'],
  },
  {
    id: 'M272',
    wrong: 'Nobody is told that the last contact that waited in a bucket is gone.',
    file: `${observatory}/src/messages/table-messages.ts`,
    find: "      return this.#waiting.get(prefix) !== (former.get(prefix) ?? '')",
    replace:
      '      return this.#waiting.get(prefix) && this.#waiting.get(prefix) !== former.get(prefix)',
    tests: [`${observatory}/test/page/table-changes.test.ts`],
    killers: ['PAGE-10'],
  },
  {
    id: 'M342',
    wrong: 'The bars of the queries to one contact lie on one another.',
    file: `${observatory}/page/geometry/lookup-geometry.ts`,
    find: 'y: top + index * BAR_HEIGHT',
    replace: 'y: top',
    tests: [`${observatory}/test/page/lookup-view.test.ts`],
    killers: ['PAGE-11'],
  },
]
