// The reference of each entry point of the packages, as one page, by TypeDoc.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

/** By name of the page: the module's source. */
const ENTRIES = {
  id: 'id/src/index.ts',
  'routing-table': 'routing-table/src/index.ts',
  krpc: 'krpc/src/index.ts',
  'krpc-udp': 'krpc/src/udp.ts',
  'krpc-conformance': 'krpc/src/conformance.ts',
  store: 'store/src/index.ts',
  search: 'search/src/index.ts',
  node: 'node/src/index.ts',
  'node-core': 'node/src/core.ts',
  'node-portable': 'node/src/portable.ts',
  lan: 'lan/src/index.ts',
  relay: 'relay/src/index.ts',
  cli: 'cli/src/index.ts',
  'bittorrent-dht': 'bittorrent-dht/src/index.ts',
  sim: 'sim/src/index.ts',
  'sim-live': 'sim/src/live.ts',
}

/** The pages, with the names of what users import. */
export const API_PAGES = Object.keys(ENTRIES).map((page) => {
  const [, name, entry] = /^(krpc|node|sim)-(.*)$/.exec(page) ?? [undefined, page]
  return { page, title: entry === undefined ? `@dht/${name}` : `@dht/${name}/${entry}` }
})

/** @param {string} site - this folder @param {string} out - the folder for the pages */
export function writeApi(site, out) {
  const raw = join(site, 'dist/typedoc')
  rmSync(raw, { recursive: true, force: true })
  const packages = join(site, '../../packages')
  const sources = Object.values(ENTRIES).map((entry) => join(packages, entry))
  const options = ['--options', join(site, 'typedoc.json'), '--basePath', packages, '--out', raw]
  execFileSync(process.execPath, [
    join(site, 'node_modules/typedoc/bin/typedoc'),
    ...options,
    ...sources.flatMap((source) => ['--entryPoints', source]),
  ])
  const pages = new Map(Object.entries(ENTRIES).map(([page, entry]) => [rawOf(entry), page]))
  const written = readdirSync(raw, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.md') && file !== 'index.md')
  const missing = [...pages.keys()].filter((file) => !written.includes(file))
  if (missing.length > 0)
    throw new Error(`TypeDoc wrote no ${missing.join()}, but ${written.join()}`)
  mkdirSync(out, { recursive: true })
  for (const [file, page] of pages) {
    const title = API_PAGES.find((each) => each.page === page)?.title ?? page
    const text = readFileSync(join(raw, file), 'utf8')
    writeFileSync(join(out, `${page}.md`), apiPage(text, { file, title, pages }))
  }
}

/** The name of TypeDoc's file for a module. @param {string} entry */
function rawOf(entry) {
  return entry.endsWith('/index.ts') ? `${dirname(entry)}.md` : entry.replace(/\.ts$/, '.md')
}

/**
 * @param {string} text
 * @param {{ readonly file: string, readonly title: string, readonly pages: Map<string, string> }} of
 */
function apiPage(text, { file, title, pages }) {
  return text.replace(/^# .*$/m, `# ${title}`).replace(/\]\(([^)#\s]+\.md)/g, (_whole, target) => {
    const there = posix.join(posix.dirname(file), target)
    const page = pages.get(there)
    if (page === undefined) throw new Error(`${file}: a link to ${relative('.', there)}`)
    return `](/api/${page}`
  })
}
