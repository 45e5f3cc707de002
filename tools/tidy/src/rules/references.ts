// What a page or a comment points at is there: the file behind a link, the test behind the id of a
// property. An address elsewhere is believed; nothing here asks the network.
import { isPackageSource, isPackageTest } from '../places.ts'
import type { Finding, Project, Rule } from '../project.ts'

/** What the properties are about; CONTRIBUTING.md says it in words. */
const PROPERTY =
  /\b(?:AMP|API|BOOT|BUG|ID|META|METRIC|NET|PERSIST|PROTO|PUB|REFRESH|RT|SEARCH|SOLO|STATE|STORE|TIME|TOKEN|TRACK)-\d+\b/g
const LINK = /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g
const ELSEWHERE = /^[a-z]+:/
const CODE_BLOCK = /```.*?```/gs

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

function* brokenLinks({ texts }: Project): Generator<Finding> {
  const exists = (path: string): boolean =>
    texts.some((each) => each.path === path || each.path.startsWith(`${path}/`))
  for (const { path, text } of texts.filter((each) => isPage(each.path))) {
    for (const [, target = ''] of text.replace(CODE_BLOCK, '').matchAll(LINK)) {
      if (ELSEWHERE.test(target) || exists(resolveLink(path, target))) continue
      yield { path, what: `a link to ${target}, which is not there` }
    }
  }
}

function* untestedProperties({ texts }: Project): Generator<Finding> {
  const tested = new Set(
    texts
      .filter(({ path }) => isPackageTest(path))
      .flatMap(({ text }) => text.match(PROPERTY) ?? []),
  )
  for (const { path, text } of texts) {
    if (!isPackageSource(path) && !isPage(path)) continue
    for (const id of new Set(text.match(PROPERTY))) {
      if (!tested.has(id)) yield { path, what: `${id}, which no test names` }
    }
  }
}

export const references: Rule = {
  name: 'references',
  why: 'whoever follows a reference must arrive',
  *check(project) {
    yield* brokenLinks(project)
    yield* untestedProperties(project)
  },
}
