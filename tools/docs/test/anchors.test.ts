// Links to headings lead to headings. That the files behind links exist is a rule of tools/tidy.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { anchorLinksOf, anchorsOf } from '../src/anchors.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !/\/(?:node_modules|dist)\//.test(path))
}

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...pagesIn('docs'),
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
].filter((path) => existsSync(join(root, path)))

const read = (path: string): string => readFileSync(path, 'utf8')

/** A folder is shown by its README. */
function pageAt(path: string): string {
  return statSync(path).isDirectory() ? join(path, 'README.md') : path
}

it('links to headings lead to headings', () => {
  const links = pages.flatMap((page) => {
    return anchorLinksOf(read(join(root, page))).map((link) => ({ page, ...link }))
  })
  const broken = links.filter(({ page, file, anchor }) => {
    const own = join(root, page)
    const there = file === '' ? own : pageAt(join(dirname(own), file))
    return !anchorsOf(read(there)).has(anchor)
  })
  expect(links.length).toBeGreaterThan(5)
  expect(broken).toEqual([])
})

it('a heading has the anchor of its words', () => {
  const page = '# The [loop](a.md) around it!\n\n```sh\n# no heading\n```\n\n## `a_b` and c\n'
  expect([...anchorsOf(page)]).toEqual(['the-loop-around-it', 'a_b-and-c'])
  expect(anchorLinksOf('see [a](b.md#c), [d](#e), [f](https://a.example/#g)')).toEqual([
    { file: 'b.md', anchor: 'c' },
    { file: '', anchor: 'e' },
  ])
})
