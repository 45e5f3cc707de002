import { describe, expect, it } from 'vitest'
import { pageOf, withRoutes } from '../src/routes.mjs'

describe('the page of a file', () => {
  it.each([
    ['README.md', 'index'],
    ['docs/site/pages/start/node.md', 'start/node'],
    ['docs/architecture.md', 'internals/architecture'],
    ['docs/decisions', 'internals/decisions/index'],
    ['docs/decisions/README.md', 'internals/decisions/index'],
    ['docs/decisions/joining.md', 'internals/decisions/joining'],
    ['packages/routing-table', 'packages/routing-table'],
    ['packages/routing-table/README.md', 'packages/routing-table'],
    ['SECURITY.md', 'internals/security'],
    ['examples/magnet', undefined],
    ['packages/node/src/index.ts', undefined],
  ])('%s is %s', (path, page) => {
    expect(pageOf(path)).toBe(page)
  })
})

describe('the links of a page', () => {
  const path = 'docs/site/pages/guides/production.md'
  const routed = (text: string, repository = ''): string => withRoutes(text, { path, repository })

  it('lead to pages, with their anchors', () => {
    expect(routed('see [a `node`](../../../../packages/node/README.md#state).')).toBe(
      'see [a `node`](/packages/node#state).',
    )
    expect(routed('[next](attackers.md)')).toBe('[next](/guides/attackers)')
  })

  it('to other files lead to the repository, or are text as long as it has no address', () => {
    const text = '[a program](../../../../examples/magnet)'
    expect(routed(text)).toBe('a program')
    const there = 'https://example.org/a/dht/blob/main/examples/magnet'
    expect(routed(text, 'https://example.org/a/dht')).toBe(`[a program](${there})`)
  })

  it('to hosts, within the page and in code stay as they are', () => {
    const text = '[a](https://example.org) [b](#here)\n\n```ts\nconst c = d[0](e)\n```\n'
    expect(routed(text)).toBe(text)
  })

  it('to pictures lead to the public folder', () => {
    expect(routed('![tree](../../../images/tree.svg)')).toBe('![tree](/images/tree.svg)')
  })
})
