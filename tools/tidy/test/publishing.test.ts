import { describe, expect, it } from 'vitest'
import { hygiene } from '../src/rules/hygiene.ts'
import { manifests } from '../src/rules/manifests.ts'
import { findingsOf } from './refuses.ts'

const good = {
  name: '@dht/store',
  description: 'The store',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist', 'README.md', 'LICENSE', 'CHANGELOG.md'],
  keywords: ['dht'],
  publishConfig: { access: 'public', provenance: true },
  dependencies: { '@dht/id': 'workspace:^' },
}

describe('manifests', () => {
  const refused = (changed: object): string[] =>
    findingsOf(manifests, {
      'packages/store/package.json': JSON.stringify({ ...good, ...changed }),
      'packages/store/README.md': '# @dht/store',
    })

  it('allows a complete manifest', () => {
    expect(refused({})).toEqual([])
  })

  it.each([
    ['type', { type: 'commonjs' }],
    ['license', { license: 'ISC' }],
    ['side effects', { sideEffects: true }],
    ['description', { description: '' }],
    ['engines', { engines: {} }],
    ['access', { publishConfig: { provenance: true } }],
    ['provenance', { publishConfig: { access: 'public' } }],
    ['list of keywords', { keywords: [] }],
    ['files', { files: ['dist'] }],
    ['order of conditions', { exports: { '.': { default: './a.js', types: './a.d.ts' } } }],
    ['range of a sibling', { dependencies: { '@dht/id': '^1.0.0' } }],
  ])('refuses a wrong %s', (_what, changed) => {
    expect(refused(changed)).toHaveLength(1)
  })

  it('refuses a license that is not that of the repository', () => {
    const files = {
      LICENSE: 'MIT',
      'packages/store/package.json': JSON.stringify(good),
      'packages/store/README.md': '# @dht/store',
    }
    const missing = 'packages/store/LICENSE: not the license of the repository'
    expect(findingsOf(manifests, files)).toEqual([missing])
    expect(findingsOf(manifests, { ...files, 'packages/store/LICENSE': 'MIT' })).toEqual([])
  })

  it('refuses a public package without a page, not a private one', () => {
    const files = { 'packages/store/package.json': JSON.stringify(good) }
    expect(findingsOf(manifests, files)).toEqual(['packages/store/README.md: missing'])
    expect(
      findingsOf(manifests, { 'package.json': '{ "name": "root", "private": true }' }),
    ).toEqual([])
  })
})

describe('hygiene', () => {
  it.each(['root', 'home', 'tmp', 'Users', 'work'])('refuses a path below /%s', (top) => {
    const path = ['', top, 'someone', 'file'].join('/')
    expect(findingsOf(hygiene, { 'docs/a.md': `see ${path} there` })).toHaveLength(1)
  })

  it('allows such a word inside another path', () => {
    expect(findingsOf(hygiene, { 'docs/a.md': 'docs/work/a.md, a work/home ratio' })).toEqual([])
  })

  it('refuses an address in the lockfile, and there only', () => {
    const text = 'resolution: {integrity: x, tarball: https://registry.example/a.tgz}'
    expect(findingsOf(hygiene, { 'pnpm-lock.yaml': text })).toHaveLength(1)
    expect(findingsOf(hygiene, { 'README.md': 'https://example.org' })).toEqual([])
    expect(
      findingsOf(hygiene, { 'pnpm-lock.yaml': '  deprecated: see https://example.org' }),
    ).toEqual([])
  })
})
