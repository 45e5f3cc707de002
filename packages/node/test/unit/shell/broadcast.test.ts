import { describe, expect, it } from 'vitest'
import { Broadcast } from '../../../src/shell/broadcast.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = []
  for await (const item of items) read.push(item)
  return read
}

/** Whether a promise is still open after all microtasks. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setImmediate(resolve, 'pending'))
  return (await Promise.race([promise.catch(() => {}), later])) === 'pending'
}

describe('reading', () => {
  it('gives every reader every item, those before it came included', async () => {
    const broadcast = new Broadcast<number>(8)
    broadcast.push(1)
    const [early, late] = [all(broadcast.read()), broadcast.read()]
    broadcast.push(2)
    broadcast.end()
    expect(await early).toEqual([1, 2])
    expect(await all(late)).toEqual([1, 2])
    expect(await all(broadcast.read())).toEqual([1, 2])
  })

  it('leaves out what is not for readers that come later', async () => {
    const broadcast = new Broadcast<number>(3)
    const isEven = (item: number) => item % 2 === 0
    const early = broadcast.read(() => {}, isEven)
    for (const item of [1, 2, 3, 4]) broadcast.push(item)
    const late = broadcast.read(() => {}, isEven)
    for (const item of [5, 6]) broadcast.push(item)
    broadcast.end()
    expect(await all(early)).toEqual([4, 5, 6])
    expect(await all(late)).toEqual([4, 5, 6])
    expect(await all(broadcast.read(() => {}, isEven))).toEqual([4, 6])
  })

  it('waits for the next item', async () => {
    const broadcast = new Broadcast<number>(8)
    const next = broadcast.read().next()
    expect(await isPending(next)).toBe(true)
    broadcast.push(7)
    expect(await next).toEqual({ done: false, value: 7 })
  })

  it('keeps a bounded number: a slow reader goes on with the oldest item kept', async () => {
    const broadcast = new Broadcast<number>(3)
    const reader = broadcast.read()
    broadcast.push(1)
    expect((await reader.next()).value).toBe(1)
    for (const item of [2, 3, 4, 5, 6]) broadcast.push(item)
    broadcast.end()
    expect(await all(reader)).toEqual([4, 5, 6])
  })

  it.each([1, 3, 4])('keeps the last %i of any number of items, in order', async (keep) => {
    for (let count = 0; count <= 3 * keep; count++) {
      const items = Array.from({ length: count }, (_, at) => at)
      const broadcast = new Broadcast<number>(keep)
      for (const item of items) broadcast.push(item)
      broadcast.end()
      expect(await all(broadcast.read())).toEqual(items.slice(-keep))
    }
  })

  it('serves callers that do not wait in the order of their calls', async () => {
    const broadcast = new Broadcast<number>(8)
    const reader = broadcast.read()
    const first = reader.next()
    broadcast.push(1)
    const second = reader.next()
    broadcast.push(2)
    broadcast.end()
    const third = reader.next()
    expect([await third, await second, await first].map(({ value }) => value)).toEqual([
      undefined,
      2,
      1,
    ])
  })
})

describe('the end', () => {
  it('is thrown after the items that are kept, and ends the reader', async () => {
    const broadcast = new Broadcast<number>(8)
    broadcast.push(1)
    broadcast.end()
    broadcast.push(2)
    const reader = broadcast.read()
    expect(await all(reader)).toEqual([1])
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('may be an error, thrown once; the first end counts', async () => {
    const broadcast = new Broadcast<number>(8)
    broadcast.push(1)
    broadcast.end(new Error('broken'))
    broadcast.end()
    const reader = broadcast.read()
    expect((await reader.next()).value).toBe(1)
    await expect(reader.next()).rejects.toThrow('broken')
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })
})

describe('leaving', () => {
  it('is called once, and not at the end', async () => {
    const broadcast = new Broadcast<number>(8)
    let left = 0
    const leave = (): void => void left++
    broadcast.push(1)
    for await (const _ of broadcast.read(leave)) break
    expect(left).toBe(1)
    const reader = broadcast.read(leave)
    await reader.return?.()
    await reader.return?.()
    expect(left).toBe(2)
    broadcast.end()
    await all(broadcast.read(leave))
    expect(left).toBe(2)
  })

  it('frees a reader that waits, and no other', async () => {
    const broadcast = new Broadcast<number>(8)
    const [leaving, staying] = [broadcast.read(), broadcast.read()]
    const [gone, going] = [leaving.next(), staying.next()]
    expect(await isPending(gone)).toBe(true)
    await leaving.return?.()
    expect(await gone).toEqual({ done: true, value: undefined })
    expect(await isPending(going)).toBe(true)
    broadcast.push(1)
    expect((await going).value).toBe(1)
    expect((await leaving.next()).done).toBe(true)
  })

  it('is called for a reader that never read', async () => {
    let left = 0
    await new Broadcast<number>(8).read(() => left++).return?.()
    expect(left).toBe(1)
  })
})
