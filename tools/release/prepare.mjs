// Before a release: writes the addresses into the package.json of each public package. Fails as
// long as the repository has no public address.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withLinks } from './links.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** @param {string} path */
const read = (path) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'))

const { repository } = read('tools/release/repository.json')
for (const name of readdirSync(`${root}packages`)) {
  const folder = `packages/${name}`
  const manifest = read(`${folder}/package.json`)
  if (manifest.private) continue
  const linked = withLinks(manifest, { repository, folder })
  writeFileSync(`${root}${folder}/package.json`, `${JSON.stringify(linked, undefined, 2)}\n`)
  console.log(`${linked.name}: ${linked['homepage']}`)
}
