// What a browser loads of @dht/node/portable: nothing of Node, and how many bytes.

import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { type BuildResult, build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const PARTS = ['id', 'krpc', 'routing-table', 'search', 'store']

/** The size that a page may rely on: of the minified bundle after brotli, bytes. */
const MOST_BYTES = 86_000

const bundleOf = (entry: string) =>
  build({
    entryPoints: [`${root}/packages/node/src/${entry}.ts`],
    alias: Object.fromEntries(
      PARTS.flatMap((name) => [[`@dht/${name}`, `${root}/packages/${name}/src/index.ts`]]),
    ),
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    minify: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })

describe('the portable node, bundled for browsers', () => {
  let bundle: BuildResult<{ write: false; metafile: true }>
  let text: string

  beforeAll(async () => {
    bundle = await bundleOf('portable')
    text = bundle.outputFiles[0]!.text
  })

  it('imports nothing: no module of Node, and no package that is left out', () => {
    const [output] = Object.values(bundle.metafile.outputs)
    expect(output?.imports).toEqual([])
    const ofMachine = /udp|adapters\/(file|dns|node|process|system-(clock|lookup)|hosts)/
    expect(Object.keys(bundle.metafile.inputs).filter((path) => ofMachine.test(path))).toEqual([])
  })

  it('names no global that only Node has', () => {
    expect(text).not.toMatch(/\b(process\.|Buffer\b|setImmediate|require\(|global\.)/)
  })

  it('is not larger than a page may expect', () => {
    expect(brotliCompressSync(text).length).toBeLessThan(MOST_BYTES)
  })
})

it('the entry for Node cannot be bundled so', async () => {
  await expect(bundleOf('index')).rejects.toThrow('Could not resolve "node:')
})
