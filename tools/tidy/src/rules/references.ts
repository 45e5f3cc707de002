// What a page, a comment or the catalogue points at exists: the file behind a link or a path, the
// property behind an id, the page behind a decision. Links to other hosts aren't checked. The rule
// `properties` says which tests hold which property.
import { cataloguesOf } from '../catalogues.ts'
import { isPackageSource } from '../places.ts'
import type { Finding, Project, Rule } from '../project.ts'

const LINK = /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g
const ELSEWHERE = /^[a-z]+:/
const CODE_BLOCK = /```.*?```/gs
/** A path of the repository in prose, without patterns and placeholders. */
const NAMED_PATH = /`((?:\.github|bench|docs|examples|packages|tools)\/[\w./-]+)`/g

function isPage(path: string): boolean {
  return path.endsWith('.md')
}

/** Where a link on a page leads, as a path of the repository. */
function resolveLink(page: string, target: string): string {
  const path = page.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') path.pop()
    else if (part !== '.' && part !== '') path.push(part)
  }
  return path.join('/')
}

function* brokenPaths({ texts }: Project): Generator<Finding> {
  const exists = (path: string): boolean =>
    texts.some((each) => each.path === path || each.path.startsWith(`${path}/`))
  for (const { path, text } of texts.filter((each) => isPage(each.path))) {
    for (const [, target = ''] of text.replace(CODE_BLOCK, '').matchAll(LINK)) {
      if (ELSEWHERE.test(target) || exists(resolveLink(path, target))) continue
      yield { path, what: `a link to ${target}, which is not there` }
    }
    for (const [, named = ''] of text.matchAll(NAMED_PATH)) {
      if (exists(named.replace(/\/$/, ''))) continue
      yield { path, what: `the path ${named}, which is not there` }
    }
  }
}

function* unknownProperties(project: Project): Generator<Finding> {
  const catalogues = cataloguesOf(project)
  const known = new Set(
    catalogues.flatMap(({ properties, retired }) =>
      [...properties, ...retired].map(({ id }) => id),
    ),
  )
  const families = [...new Set([...known].map((id) => id.replace(/\d+$/, '')))]
  if (families.length === 0) return
  const idOf = new RegExp(String.raw`\b(?:${families.join('|')})\d+\b`, 'g')
  for (const { path, text } of project.texts) {
    if (!isPackageSource(path) && !isPage(path)) continue
    for (const id of new Set(text.match(idOf))) {
      if (!known.has(id)) yield { path, what: `${id}, which is no property` }
    }
  }
}

function* unknownDecisions(project: Project): Generator<Finding> {
  const pages = new Set(project.texts.map(({ path }) => path))
  for (const { path, properties } of cataloguesOf(project)) {
    for (const { id, decision } of properties) {
      if (decision === undefined || pages.has(`docs/decisions/${decision}.md`)) continue
      yield { path, what: `${id} of the decision ${decision}, which is not there` }
    }
  }
}

export const references: Rule = {
  name: 'references',
  why: 'a reference leads to something that exists',
  *check(project) {
    yield* brokenPaths(project)
    yield* unknownProperties(project)
    yield* unknownDecisions(project)
  },
}
