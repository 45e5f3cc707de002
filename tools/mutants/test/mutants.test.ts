// The known mistakes can still be put into the sources.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readCatalogues } from '../../models/page.mjs'
import { mistakenText, mutants, placeOf } from '../mutants.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it('the text that a mutant replaces occurs in its source exactly once', () => {
  const lost = mutants.filter((mutant) => mistakenText(root, mutant) === undefined)
  expect(lost.map(placeOf)).toEqual([])
})

it('a mutant has its own id, tests that exist and properties of the catalogue', () => {
  const ids = mutants.map(({ id }) => id)
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  const files = mutants.flatMap(({ tests }) => tests)
  expect(files.filter((file) => !existsSync(`${root}/${file}`))).toEqual([])
  const known = new Set(
    readCatalogues().flatMap(({ properties }) => properties.map(({ id }) => id)),
  )
  const killers = mutants.flatMap((mutant) => mutant.killers)
  expect(killers.filter((id) => !known.has(id))).toEqual([])
})

it('a text that does not occur, or occurs twice, is reported', () => {
  const [first] = mutants
  expect(mistakenText(root, { ...first!, find: '\n' })).toBeUndefined()
  expect(mistakenText(root, { ...first!, find: 'no such text' })).toBeUndefined()
})
