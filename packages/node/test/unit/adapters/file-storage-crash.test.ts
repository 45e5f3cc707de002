// Saving on a disk that may lose power at every operation and every byte.

import { beforeEach, expect, it, vi } from 'vitest'
import { fileStorage } from '../../../src/adapters/file-storage.ts'
import { CrashDisk } from '../../support/crash-disk.ts'

const disks = vi.hoisted(() => ({ operations: {} as CrashDisk['operations'] }))

vi.mock('node:fs/promises', () => ({
  mkdir: () => disks.operations.mkdir(),
  readFile: (path: string) => disks.operations.readFile(path),
  rename: (from: string, to: string) => disks.operations.rename(from, to),
  open: (path: string, flags: string) => disks.operations.open(path, flags),
}))

const PATH = '/state/node'
const [OLD, NEW] = ['the old state', 'a new state that is longer'].map((each) =>
  new TextEncoder().encode(each),
) as [Uint8Array, Uint8Array]
const [oldText, newText] = [OLD, NEW].map((each) => new TextDecoder().decode(each))

let disk: CrashDisk

beforeEach(() => {
  disk = new CrashDisk()
  disks.operations = disk.operations
})

/** The disk after one whole save and one that the power fails in after so many steps. */
async function cutAfter(steps: number): Promise<'saved' | 'cut'> {
  disk = new CrashDisk()
  disks.operations = disk.operations
  await fileStorage(PATH).save(OLD)
  disk.failAfter(steps)
  const saving = fileStorage(PATH).save(NEW)
  await saving.catch(() => expect(disk.isOff).toBe(true))
  return disk.isOff ? 'cut' : 'saved'
}

it('PERSIST-4: a crash at any byte or operation leaves the old file or the new', async () => {
  const seen = new Set<string | undefined>()
  let steps = 0
  while ((await cutAfter(steps)) === 'cut') {
    for (const left of disk.leftovers()) seen.add(left.get(PATH))
    steps++
  }
  expect(seen).toEqual(new Set([oldText, newText]))
  // Folder, file, bytes, flush, name, folder, flush.
  expect(steps).toBe(6 + NEW.length)
})

it('PERSIST-4: what was saved stays saved', async () => {
  expect(await cutAfter(Number.POSITIVE_INFINITY)).toBe('saved')
  for (const left of disk.leftovers()) expect(left.get(PATH)).toBe(newText)
})

it('PERSIST-4: a save after a crash is not disturbed by what the crash left behind', async () => {
  for (let steps = 0; (await cutAfter(steps)) === 'cut'; steps++) {
    disk.failAfter(Number.POSITIVE_INFINITY)
    await fileStorage(PATH).save(NEW)
    for (const left of disk.leftovers()) expect(left.get(PATH)).toBe(newText)
  }
})

it('nothing is left open, whatever fails', async () => {
  for (let steps = 0; (await cutAfter(steps)) === 'cut'; steps++) expect(disk.handles).toBe(0)
  expect(disk.handles).toBe(0)
})

it.each(['open folder', 'flush folder'] as const)(
  'where to %s is refused, the rename is all there is',
  async (operation) => {
    disk.fault = { operation, code: 'EISDIR' }
    await fileStorage(PATH).save(NEW)
    expect(disk.files.get(PATH)).toBe(newText)
    expect(disk.handles).toBe(0)
  },
)
