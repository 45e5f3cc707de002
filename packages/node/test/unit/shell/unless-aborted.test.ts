import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { unlessAborted } from '../../../src/shell/unless-aborted.ts'

const never = new Promise<never>(() => {})

it('settles as the work does, and then has no listener on the signal', async () => {
  const { signal } = new AbortController()
  expect(await unlessAborted(Promise.resolve(5), signal)).toBe(5)
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  await new Promise(setImmediate)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  expect(await unlessAborted(Promise.resolve(6), undefined)).toBe(6)
})

it('has one listener for many starts, of which Node would warn', async () => {
  const abort = new AbortController()
  const waiting = Array.from({ length: 15 }, () => unlessAborted(never, abort.signal))
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1)
  abort.abort('enough')
  const ends = await Promise.allSettled(waiting)
  expect(new Set(ends.map((end) => end.status === 'rejected' && end.reason))).toEqual(
    new Set(['enough']),
  )
})

it('rejects with the reason as soon as the signal is aborted', async () => {
  const abort = new AbortController()
  const waiting = unlessAborted(never, abort.signal)
  abort.abort('enough')
  await expect(waiting).rejects.toBe('enough')
  await expect(unlessAborted(never, abort.signal)).rejects.toBe('enough')
})
