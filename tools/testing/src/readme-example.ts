// An example of a README, run as the module that it is: what it printed, and what its comments say
// that it prints. Both are lines of the console, as whoever tries the example will see them.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { vi } from 'vitest'

/** The code of the first block of JavaScript or TypeScript below a heading. */
export function exampleUnder(heading: string, readme: string): string {
  const [, section] = readme.split(`\n## ${heading}\n`)
  const [, code] = /```[jt]s\n(.*?)```/s.exec(section ?? '') ?? []
  if (code === undefined) throw new Error(`heading: expected an example under ${heading}`)
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
  return { printed, announced: announcedBy(code) }
}

/** The comment behind each `console.log`; where there is none, the lines that are but a comment. */
function announcedBy(code: string): string[] {
  const behind = textsOf(/console\.log\(.*\) \/\/ (.*)$/gm, code)
  return behind.length > 0 ? behind : textsOf(/^\/\/ (.*)$/gm, code)
}

function textsOf(comment: RegExp, code: string): string[] {
  return Array.from(code.matchAll(comment), ([, text]) => text ?? '')
}
