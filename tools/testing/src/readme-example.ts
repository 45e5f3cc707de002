// Runs an example of a README as a module. Returns the lines that it printed, and the lines that
// its comments say it prints.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { vi } from 'vitest'
import { announcedBy } from './readme-text.mjs'

export { exampleUnder } from './readme-text.mjs'

export async function run(code: string): Promise<{ printed: string[]; announced: string[] }> {
  const printed: string[] = []
  const folder = await mkdtemp(join(tmpdir(), 'dht-readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => {
    printed.push(...format(...values).split('\n'))
  })
  try {
    const path = join(folder, 'example.ts')
    await writeFile(path, code)
    await import(pathToFileURL(path).href)
  } finally {
    log.mockRestore()
    await rm(folder, { recursive: true })
  }
  return { printed, announced: announcedBy(code) }
}
