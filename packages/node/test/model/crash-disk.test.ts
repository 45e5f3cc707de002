// The disk of the model of persistence. The state that an observer gets for a point of power
// failure equals the state after a failure at that point. So one save with an observer replaces
// many with failures.

import { expect, it } from 'vitest'
import { bytesOf, CrashDisk, FOLDER, text } from '../support/crash-disk.ts'

/** How a program may replace a file: correctly, without a flush, and in place. */
const WAYS = ['rightly', 'unflushed', 'in place'] as const

async function save(disk: CrashDisk, bytes: Uint8Array, way: (typeof WAYS)[number]): Promise<void> {
  const { operations } = disk
  await operations.mkdir(FOLDER)
  const handle = await operations.open(way === 'in place' ? 'a' : 'a.new', 'w')
  await handle.writeFile(bytes)
  if (way !== 'unflushed') await handle.sync()
  if (way !== 'in place') await operations.rename('a.new', 'a')
  await (await operations.open(FOLDER, 'r')).sync()
}

it.each(WAYS)('PERSIST-4: an observer gets every crash of a save made %s', async (way) => {
  const bytes = bytesOf('what is new')
  for (const held of [undefined, 'what was old', '']) {
    const before = CrashDisk.holding(new Map(held === undefined ? [] : [['a', held]]))
    const told: string[] = []
    const observed = before.fork()
    observed.observe('a', (found, points) => {
      for (let point = 0; point < points; point++) told.push(JSON.stringify([...found].sort()))
    })
    await save(observed, bytes, way)
    const left: string[] = []
    for (let steps = 0; ; steps++) {
      const disk = before.fork()
      disk.failAfter(steps)
      await save(disk, bytes, way).catch(() => {})
      if (!disk.isOff) break
      left.push(JSON.stringify([...disk.leftoversOf('a')].sort()))
    }
    expect(told).toEqual(left)
    expect(left.length).toBeGreaterThan(bytes.length)
    expect(observed.files.get('a')).toBe(text(bytes))
  }
})
