import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Handle } from '../../../src/shell/handle.ts'

const handle = (left = (): void => {}): Handle<number, string> => new Handle(8, left)

it('is a promise of its result', async () => {
  const request = handle()
  let isOver = false
  const settled = request.finally(() => {
    isOver = true
  })
  request.resolve('met')
  request.fail(new Error('too late'))
  expect(await request).toBe('met')
  expect(await settled).toBe('met')
  expect(isOver).toBe(true)
  expect(await request.then((result) => result.length)).toBe(3)
  expect(await Promise.all([request, request.catch(() => 'not met')])).toEqual(['met', 'met'])
})

it('prints as a handle', () => {
  expect(inspect(handle())).toBe('Handle {}')
  expect(String(handle())).toBe('[object Handle]')
})

it('reports what is found meanwhile; the iterator may go on after the result', async () => {
  const request = handle()
  request.push(1)
  request.resolve('met')
  request.push(2)
  request.end()
  const items: number[] = []
  for await (const item of request) items.push(item)
  expect(items).toEqual([1, 2])
})

it('fails as promise and as iterator', async () => {
  const request = handle()
  request.push(1)
  request.fail(new Error('broken'))
  await expect(request).rejects.toThrow('broken')
  expect(await request.catch(String)).toBe('Error: broken')
  const reader = request[Symbol.asyncIterator]()
  expect((await reader.next()).value).toBe(1)
  await expect(reader.next()).rejects.toThrow('broken')
})

it('an iterator that ended without error stays so when the result fails', async () => {
  const request = handle()
  request.end()
  request.fail(new Error('broken'))
  await expect(request).rejects.toThrow('broken')
  expect((await request[Symbol.asyncIterator]().next()).done).toBe(true)
})

it('reports when a reader leaves early', async () => {
  let left = 0
  const request = handle(() => left++)
  request.push(1)
  for await (const _ of request) break
  expect(left).toBe(1)
})

it('that is neither awaited nor read fails without an unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  handle().fail(new Error('nobody cares'))
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

it('has its name as string tag', () => {
  expect(String(handle())).toBe('[object Handle]')
})
