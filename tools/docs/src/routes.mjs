// Which file of the repository becomes which page of the site, and where its links lead.

import { posix } from 'node:path'

const OWN = 'docs/site/pages/'
/** The pages of contributors and operators. @type {Readonly<Record<string, string>>} */
const INTERNALS = {
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'security',
  'deploy/README.md': 'deploy',
}

/**
 * @param {string} path - of the repository, with forward slashes; a file or a folder
 * @returns {string | undefined} the page without `.md`; undefined: it is none
 */
export function pageOf(path) {
  if (path === 'README.md') return 'index'
  const [, name] = /^packages\/([\w-]+)(?:\/README\.md)?$/.exec(path) ?? []
  if (name !== undefined) return `packages/${name}`
  if (path in INTERNALS) return `internals/${INTERNALS[path]}`
  if (path === 'docs/decisions' || path === 'docs/decisions/README.md') {
    return 'internals/decisions/index'
  }
  if (!path.endsWith('.md')) return undefined
  if (path.startsWith(OWN)) return path.slice(OWN.length, -'.md'.length)
  if (path.startsWith('docs/')) return `internals/${path.slice('docs/'.length, -'.md'.length)}`
  return undefined
}

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g
const CODE = /(```[\s\S]*?```)/

/**
 * The text of a page with links that work on the site: between pages as routes, to other files of
 * the repository as addresses there, or as text as long as the repository has no public address.
 *
 * @param {string} text
 * @param {{ readonly path: string, readonly repository: string }} of - the file, and where the
 *   repository is; '' if it is nowhere yet
 */
export function withRoutes(text, { path, repository }) {
  const parts = text.split(CODE)
  return parts.map((part, at) => (at % 2 === 1 ? part : routed(part))).join('')

  /** @param {string} prose */
  function routed(prose) {
    return prose.replace(LINK, (whole, image, label, target) => {
      if (/^[a-z]+:|^#|^\//.test(target)) return whole
      const [file, hash] = target.split('#')
      const there = posix.join(posix.dirname(path), file).replace(/\/$/, '')
      if (image !== '') return `![${label}](/${there.replace('docs/', '')})`
      const page = pageOf(there)
      if (page !== undefined) return `[${label}](/${page}${hash === undefined ? '' : `#${hash}`})`
      return repository === '' ? label : `[${label}](${repository}/blob/main/${there})`
    })
  }
}
