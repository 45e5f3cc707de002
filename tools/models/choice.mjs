// Chooses the test files of a run: each file of models, and the other files that name a property, a
// package at a time. `--only` narrows both, to an id or to part of a path.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { propertiesIn, spellingsOf } from '@dht/testing/property-ids'
import { root } from './test-run.mjs'

/** @typedef {{ readonly name: string, readonly files: readonly string[], readonly titles?: string }} Part */

const IS_ID = /^[A-Z]+-[A-Z]?\d+$/

/** @param {string | undefined} only @returns {Part[]} */
export function choose(only) {
  const all = testFiles()
  if (only === undefined) return partsOf(all)
  if (!IS_ID.test(only)) return partsOf(all.filter(({ path }) => path.includes(only)))
  const naming = all.filter(({ text }) => spellingsOf(only, text).length > 0)
  const spellings = new Set(naming.flatMap(({ text }) => spellingsOf(only, text)))
  const titles = [...spellings].map((each) => `${each}(?!\\d)`).join('|')
  return partsOf(naming).map((part) => ({ ...part, titles }))
}

/** @param {readonly { readonly path: string }[]} files @returns {Part[]} */
function partsOf(files) {
  const paths = files.map(({ path }) => path)
  const models = paths.filter((path) => path.includes('/test/model/'))
  const others = paths.filter((path) => !models.includes(path))
  const packages = [...new Set(others.map((path) => path.split('/', 2).join('/')))]
  return [
    ...models.map((path) => ({ name: path, files: [path] })),
    ...packages.map((folder) => ({
      name: `${folder}, other tests of properties`,
      files: others.filter((path) => path.startsWith(`${folder}/`)),
    })),
  ]
}

/** All test files of the packages that name a property, by path. */
function testFiles() {
  return readdirSync(join(root, 'packages'))
    .flatMap((name) => filesBelow(`packages/${name}/test`))
    .filter((path) => path.endsWith('.test.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ path, text }) => path.includes('/test/model/') || !propertiesIn(text).next().done)
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  try {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    return names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
  } catch {
    return []
  }
}
