// Slow saves, compared with a list of the values that were to be saved.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SaveQueue } from '../../../src/state/save-queue.ts'
import { settle } from '../../support/test-machine.ts'

/** A value is to be saved, the running save ends, or the waiting value is dropped. */
type Step = 'want' | 'end' | 'drop'

it('PERSIST-10: one save runs, one value waits, and the latest is saved last', async () => {
  const steps = fc.array(fc.constantFrom<Step[]>('want', 'want', 'end', 'drop'), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const ends: (() => void)[] = []
      const begun: number[] = []
      const saver = new SaveQueue((bytes) => {
        begun.push(bytes[0]!)
        return new Promise((resolve) => ends.push(resolve))
      })
      /** What should have been started, and what should wait. */
      const expected: number[] = []
      let waiting: number | undefined
      let isBusy = false
      for (const [value, step] of script.entries()) {
        if (step === 'drop') {
          saver.drop()
          waiting = undefined
        } else if (step === 'want') {
          void saver.save(Uint8Array.of(value))
          if (isBusy) waiting = value
          else expected.push(value)
          isBusy = true
        } else {
          ends.shift()?.()
          if (isBusy && waiting !== undefined) expected.push(waiting)
          isBusy = isBusy && waiting !== undefined
          waiting = undefined
        }
        await settle()
        expect(begun).toEqual(expected)
        expect(saver.isSaving).toBe(isBusy)
      }
    }),
  )
})

it('resolves when the value, or a later one in its place, is saved or has failed', async () => {
  const ends: (() => void)[] = []
  const saver = new SaveQueue(() => new Promise((resolve) => ends.push(resolve)))
  const done: string[] = []
  for (const name of ['a', 'b', 'c']) void saver.save(new Uint8Array(1)).then(() => done.push(name))
  await settle()
  expect([ends.length, done]).toEqual([1, []])
  ends[0]!()
  await settle()
  expect([ends.length, done]).toEqual([2, []])
  ends[1]!()
  await settle()
  expect(done).toEqual(['a', 'b', 'c'])
})
