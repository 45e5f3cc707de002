// The mutants written by hand, and the text of a source with one of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ofIds } from './ids.mjs'
import { ofNode } from './node.mjs'
import { ofObservatory } from './observatory.mjs'
import { ofParts } from './parts.mjs'
import { ofPeers } from './peers.mjs'
import { ofRoutingTable } from './routing-table.mjs'
import { ofSearch } from './search.mjs'
import { ofWire } from './wire.mjs'

/**
 * @typedef {object} Mutant
 * @property {string} id       - a letter behind the number tells several forms of one mistake apart
 * @property {string} wrong    - what goes wrong, in one sentence
 * @property {string} file     - the source that it changes
 * @property {string} find     - text that occurs exactly once in the file
 * @property {string} replace  - the text in its place
 * @property {readonly string[]} tests   - test files to run
 * @property {readonly string[]} killers - properties; a failing test must name one of them
 */

/** By id. @type {readonly Mutant[]} */
export const mutants = [
  ...ofRoutingTable,
  ...ofParts,
  ...ofPeers,
  ...ofObservatory,
  ...ofIds,
  ...ofNode,
  ...ofSearch,
  ...ofWire,
].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))

/**
 * The text of the file with the mistake.
 *
 * @param {string} root - of the sources
 * @param {Mutant} mutant
 * @returns {string | undefined} nothing when the text to be replaced is not there exactly once
 */
export function mistakenText(root, { file, find, replace }) {
  const pieces = readFileSync(join(root, file), 'utf8').split(find)
  return pieces.length === 2 ? pieces.join(replace) : undefined
}

/** Where a mutant no longer finds its text. @param {Mutant} mutant */
export function placeOf({ id, file, find }) {
  return `${id} ${file}: ${JSON.stringify(find)}`
}
