import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Handle } from '../../src/handle.ts'

const handle = (left = (): void => {}): Handle<number, string> => new Handle(8, left)

it('is a promise of its result', async () => {
  const wish = handle()
  let isOver = false
  const settled = wish.finally(() => {
    isOver = true
  })
  wish.resolve('met')
  wish.fail(new Error('too late'))
  expect(await wish).toBe('met')
  expect(await settled).toBe('met')
  expect(isOver).toBe(true)
  expect(await wish.then((result) => result.length)).toBe(3)
  expect(await Promise.all([wish, wish.catch(() => 'not met')])).toEqual(['met', 'met'])
})

it('prints as what it is, for whoever forgot to await it', () => {
  expect(inspect(handle())).toBe('Handle {}')
  expect(String(handle())).toBe('[object Handle]')
})

it('streams what comes on the way; the stream may outlive the result', async () => {
  const wish = handle()
  wish.push(1)
  wish.resolve('met')
  wish.push(2)
  wish.end()
  const items: number[] = []
  for await (const item of wish) items.push(item)
  expect(items).toEqual([1, 2])
})

it('fails in both shapes', async () => {
  const wish = handle()
  wish.push(1)
  wish.fail(new Error('broken'))
  await expect(wish).rejects.toThrow('broken')
  expect(await wish.catch(String)).toBe('Error: broken')
  const reader = wish[Symbol.asyncIterator]()
  expect((await reader.next()).value).toBe(1)
  await expect(reader.next()).rejects.toThrow('broken')
})

it('a stream that ended quietly stays so when the result fails', async () => {
  const wish = handle()
  wish.end()
  wish.fail(new Error('broken'))
  await expect(wish).rejects.toThrow('broken')
  expect((await wish[Symbol.asyncIterator]().next()).done).toBe(true)
})

it('tells when a reader leaves early', async () => {
  let left = 0
  const wish = handle(() => left++)
  wish.push(1)
  for await (const _ of wish) break
  expect(left).toBe(1)
})

it('that nobody looks at fails without an unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  handle().fail(new Error('nobody cares'))
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

it('says what it is', () => {
  expect(String(handle())).toBe('[object Handle]')
})
