// Reads the journal that tests keep (tools/testing/src/journal.ts), one line of JSON each.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {import('@dht/testing/journal').Entry} Entry */
/** @typedef {import('./rounds.mjs').Sum} Sum */

/** The lines of a journal. Its last line may still be incomplete. @param {string} journal */
export function linesOf(journal) {
  if (!existsSync(journal)) return []
  const lines = readFileSync(journal, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}

/** What each test of the journal did. @param {string} journal @returns {Entry[]} */
export function entriesOf(journal) {
  return linesOf(journal).filter((line) => 'title' in line)
}

/** The tests of packages in the journal, as one round. @param {string} journal @returns {Sum[]} */
export function sumsOf(journal, /** @type {number} */ seed) {
  return entriesOf(journal)
    .filter(({ file }) => file.startsWith('packages/'))
    .map((entry) => ({ ...entry, seed, rounds: 1 }))
}
