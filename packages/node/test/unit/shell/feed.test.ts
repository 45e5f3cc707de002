import { describe, expect, it } from 'vitest'
import { Feed } from '../../../src/shell/feed.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = []
  for await (const item of items) read.push(item)
  return read
}

/** Whether a promise is still open after everything that can happen by itself has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setImmediate(resolve, 'pending'))
  return (await Promise.race([promise.catch(() => {}), later])) === 'pending'
}

describe('reading', () => {
  it('gives every reader every item, before and after it came', async () => {
    const feed = new Feed<number>(8)
    feed.push(1)
    const [early, late] = [all(feed.read()), feed.read()]
    feed.push(2)
    feed.end()
    expect(await early).toEqual([1, 2])
    expect(await all(late)).toEqual([1, 2])
    expect(await all(feed.read())).toEqual([1, 2])
  })

  it('waits for what is to come', async () => {
    const feed = new Feed<number>(8)
    const next = feed.read().next()
    expect(await isPending(next)).toBe(true)
    feed.push(7)
    expect(await next).toEqual({ done: false, value: 7 })
  })

  it('keeps a bounded tail: a slow reader goes on with the oldest item kept', async () => {
    const feed = new Feed<number>(3)
    const reader = feed.read()
    feed.push(1)
    expect((await reader.next()).value).toBe(1)
    for (const item of [2, 3, 4, 5, 6]) feed.push(item)
    feed.end()
    expect(await all(reader)).toEqual([4, 5, 6])
  })

  it('serves callers that do not wait in the order in which they asked', async () => {
    const feed = new Feed<number>(8)
    const reader = feed.read()
    const first = reader.next()
    feed.push(1)
    const second = reader.next()
    feed.push(2)
    feed.end()
    const third = reader.next()
    expect([await third, await second, await first].map(({ value }) => value)).toEqual([
      undefined,
      2,
      1,
    ])
  })
})

describe('the end', () => {
  it('is told after what is kept, and for good', async () => {
    const feed = new Feed<number>(8)
    feed.push(1)
    feed.end()
    feed.push(2)
    const reader = feed.read()
    expect(await all(reader)).toEqual([1])
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('may be an error, thrown once; the first end counts', async () => {
    const feed = new Feed<number>(8)
    feed.push(1)
    feed.end(new Error('broken'))
    feed.end()
    const reader = feed.read()
    expect((await reader.next()).value).toBe(1)
    await expect(reader.next()).rejects.toThrow('broken')
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })
})

describe('leaving', () => {
  it('is told once, and not at the end', async () => {
    const feed = new Feed<number>(8)
    let left = 0
    const leave = (): void => void left++
    feed.push(1)
    for await (const _ of feed.read(leave)) break
    expect(left).toBe(1)
    const reader = feed.read(leave)
    await reader.return?.()
    await reader.return?.()
    expect(left).toBe(2)
    feed.end()
    await all(feed.read(leave))
    expect(left).toBe(2)
  })

  it('frees a reader that waits, and no other', async () => {
    const feed = new Feed<number>(8)
    const [leaving, staying] = [feed.read(), feed.read()]
    const [gone, going] = [leaving.next(), staying.next()]
    expect(await isPending(gone)).toBe(true)
    await leaving.return?.()
    expect(await gone).toEqual({ done: true, value: undefined })
    expect(await isPending(going)).toBe(true)
    feed.push(1)
    expect((await going).value).toBe(1)
    expect((await leaving.next()).done).toBe(true)
  })

  it('is told of a reader that never read', async () => {
    let left = 0
    await new Feed<number>(8).read(() => left++).return?.()
    expect(left).toBe(1)
  })
})
