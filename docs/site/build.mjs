// Builds the site: `npm run docs` in the root. The pages are this folder's own, the documents of the
// repository, the READMEs of the packages, and the reference that TypeDoc makes. They are gathered
// in `dist/pages`, with links that work there; VitePress makes `dist/site` of them.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vitepress'
import { pageOf, withRoutes } from '../../tools/docs/src/routes.mjs'
import { writeApi } from './api.mjs'

const site = dirname(fileURLToPath(import.meta.url))
const root = join(site, '../..')
const pages = join(site, 'dist/pages')

/** The Markdown files below a folder, as paths of the repository. @param {string} folder */
function pagesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !/\/(?:node_modules|dist)\//.test(path))
}

function sources() {
  const documents = pagesIn('docs').filter((path) => !path.startsWith('docs/site/'))
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
  return [
    ...pagesIn('docs/site/pages'),
    ...documents,
    ...packages,
    'CONTRIBUTING.md',
    'SECURITY.md',
    'deploy/README.md',
  ]
}

rmSync(join(site, 'dist'), { recursive: true, force: true })
const { repository } = JSON.parse(readFileSync(join(root, 'tools/release/repository.json'), 'utf8'))
for (const path of sources()) {
  const target = join(pages, `${pageOf(path)}.md`)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, withRoutes(readFileSync(join(root, path), 'utf8'), { path, repository }))
}
cpSync(join(root, 'docs/images'), join(pages, 'public/images'), { recursive: true })
writeApi(site, join(pages, 'api'))
await build(site)
