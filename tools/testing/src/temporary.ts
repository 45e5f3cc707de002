// Folders and files of one test, removed when it ends.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dht-example-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** @returns the file's path */
export function temporaryFile(content: Uint8Array | string, name = 'content'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}
