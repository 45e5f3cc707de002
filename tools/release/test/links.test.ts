import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withLinks } from '../links.mjs'

const manifest = { name: '@dht/id', version: '0.0.0' }
const folder = 'packages/id'

describe('the addresses of a package', () => {
  it('follow from the repository and its folder', () => {
    expect(withLinks(manifest, { repository: 'https://example.org/somebody/dht', folder })).toEqual(
      {
        ...manifest,
        repository: {
          type: 'git',
          url: 'git+https://example.org/somebody/dht.git',
          directory: 'packages/id',
        },
        homepage: 'https://example.org/somebody/dht/tree/main/packages/id#readme',
        bugs: 'https://example.org/somebody/dht/issues',
      },
    )
  })

  it.each(['', 'example.org/dht', 'http://example.org/a/b', 'https://example.org/a/b/'])(
    'are refused for the repository %j',
    (repository) => {
      const expected = 'expected the https address of the public repository'
      expect(() => withLinks(manifest, { repository, folder })).toThrow(expected)
    },
  )

  it('keep a release from being made while the constant is empty', () => {
    const file = fileURLToPath(new URL('../repository.json', import.meta.url))
    const { repository } = JSON.parse(readFileSync(file, 'utf8')) as { repository: string }
    const prepare = fileURLToPath(new URL('../prepare.mjs', import.meta.url))
    // With an address it would write to the packages.
    if (repository !== '') return
    expect(() => execFileSync(process.execPath, [prepare], { stdio: 'pipe' })).toThrow('expected')
  })
})
