// Runs an example of a README as the module that it is, and says what it printed and what it had
// announced: the comment lines at its end.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { vi } from 'vitest'

/** The code of the first TypeScript block below a heading. */
export function exampleUnder(heading: string, readme: string): string {
  const [, section] = readme.split(`\n## ${heading}\n`)
  const [, code] = /```ts\n(.*?)```/s.exec(section ?? '') ?? []
  if (code === undefined) throw new Error(`heading: expected a TypeScript block under ${heading}`)
  return code
}

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
  const announced = [...code.matchAll(/^\/\/ (.*)$/gm)].map(([, text]) => text ?? '')
  return { printed, announced }
}
