// Saving and setting aside on a disk that may lose power at every operation and every byte, and
// beside processes that are suspended at any of them.

import { beforeEach, expect, it } from 'vitest'
import { LOCK_STALE_MS } from '../../../src/adapters/file/lock.ts'
import { FileStorage } from '../../../src/adapters/file-storage.ts'
import { bytesOf, CrashDisk, text } from '../../support/crash-disk.ts'
import { settle, TestMachine, type TestProcess } from '../../support/test-machine.ts'

const PATH = '/state/node'
const [OLD, NEW] = ['the old state', 'a new state that is longer']
const [OLD_BYTES, NEW_BYTES] = [bytesOf(OLD), bytesOf(NEW)]

let machine: TestMachine
let disk: CrashDisk

const storageOf = (process: TestProcess = machine.process()): FileStorage =>
  new FileStorage(PATH, process)

function mount(next: CrashDisk): void {
  disk = next
  machine = new TestMachine(disk)
}

beforeEach(() => mount(new CrashDisk()))

/** The disk after one whole save and one in which the power fails after so many steps. */
async function cutAfter(steps: number): Promise<'saved' | 'cut'> {
  mount(new CrashDisk())
  await storageOf().save(OLD_BYTES)
  disk.failAfter(steps)
  const saving = storageOf().save(NEW_BYTES)
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
  expect(seen).toEqual(new Set([OLD, NEW]))
  // Folder, file, bytes, flush, name, folder, flush.
  expect(steps).toBe(6 + NEW.length)
})

it('PERSIST-4: what was saved stays saved', async () => {
  expect(await cutAfter(Number.POSITIVE_INFINITY)).toBe('saved')
  for (const left of disk.leftovers()) expect(left.get(PATH)).toBe(NEW)
})

it('PERSIST-4: a start after a crash works with what the crash left behind', async () => {
  for (let steps = 0; (await cutAfter(steps)) === 'cut'; steps++) {
    for (const left of disk.leftovers()) {
      mount(CrashDisk.holding(left))
      const storage = storageOf()
      await storage.acquire(() => {})
      expect([OLD, NEW]).toContain(text((await storage.load())!))
      await storage.save(NEW_BYTES)
      await storage.release()
      expect([...disk.files]).toEqual([[PATH, NEW]])
      for (const later of disk.leftovers()) expect(later.get(PATH)).toBe(NEW)
    }
  }
})

it('PERSIST-9: a crash while a damaged file is set aside loses nothing of it', async () => {
  let steps = 0
  for (; ; steps++) {
    mount(CrashDisk.holding(new Map([[PATH, OLD]])))
    disk.failAfter(steps)
    const done = await storageOf()
      .setAside()
      .catch(() => 'cut')
    for (const left of disk.leftovers()) {
      expect([...left.values()].filter((held) => held === OLD)).toHaveLength(1)
      expect([...left.values()].filter((held) => held !== OLD && held !== '')).toEqual([])
    }
    if (done !== 'cut') break
  }
  expect(steps).toBe(2)
})

it('nothing is left open, whatever fails', async () => {
  for (let steps = 0; (await cutAfter(steps)) === 'cut'; steps++) expect(disk.handles).toBe(0)
  expect(disk.handles).toBe(0)
})

it.each(['open folder', 'flush folder'] as const)(
  'where to %s is refused, only the rename is done',
  async (operation) => {
    disk.fault = { operation, code: 'EISDIR' }
    await storageOf().save(NEW_BYTES)
    expect(disk.files.get(PATH)).toBe(NEW)
    expect(disk.handles).toBe(0)
  },
)

it('PERSIST-8: a save under way when the storage is released is refused', async () => {
  const process = machine.process()
  let gate: Promise<void> = Promise.resolve()
  const files = new Proxy(process.files, {
    get: (target, name) => (name === 'mkdir' ? () => gate : Reflect.get(target, name)),
  })
  const { self } = process
  const [now, every] = [() => process.now(), process.every.bind(process)]
  const [sleep, isGone] = [process.sleep.bind(process), process.isGone.bind(process)]
  const storage = new FileStorage(PATH, { files, self, now, sleep, every, isGone })
  await storage.acquire(() => {})
  await storage.save(OLD_BYTES)
  let open: () => void = () => {}
  gate = new Promise((resolve) => {
    open = resolve
  })
  const saving = storage.save(NEW_BYTES).catch(({ code }: { code: string }) => code)
  await storage.release()
  open()
  expect(await saving).toBe('ERR_DHT_NODE_CLOSED')
  expect([...disk.files]).toEqual([[PATH, OLD]])
})

it('PERSIST-8: a node that was suspended during a save does not change a later state', async () => {
  const seen = { refused: 0, saved: 0 }
  for (let steps = 0; ; steps++) {
    mount(new CrashDisk())
    const slow = machine.process()
    const storage = storageOf(slow)
    await storage.acquire(() => {})
    await storage.save(OLD_BYTES)
    slow.stop()
    let outcome = 'stands still'
    storage.save(bytesOf('of the one that stood still')).then(
      () => {
        outcome = 'saved'
      },
      () => {
        outcome = 'refused'
      },
    )
    for (let step = 0; step < steps; step++) await slow.step()
    const isDone = outcome === 'saved'
    await machine.pass(LOCK_STALE_MS)
    const next = storageOf()
    await next.acquire(() => {})
    const loaded = text((await next.load())!)
    slow.resume()
    await settle()
    // It has saved before its successor read, or not at all.
    expect(text((await next.load())!)).toBe(loaded)
    await next.save(NEW_BYTES)
    await machine.pass(LOCK_STALE_MS)
    expect(disk.files.get(PATH)).toBe(NEW)
    if (outcome === 'refused') seen.refused++
    else seen.saved++
    if (isDone) break
  }
  expect(seen.refused).toBeGreaterThan(10)
  expect(seen.saved).toBeGreaterThan(1)
})
