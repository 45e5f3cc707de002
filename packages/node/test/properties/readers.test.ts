// Several readers of one handle, and callers that await it, coming and going in any order. The
// oracle counts those that are still there.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Handle } from '../../src/shell/handle.ts'

type Step =
  | { readonly kind: 'read' | 'await' | 'push' }
  | { readonly kind: 'leave'; readonly which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('read', 'read', 'push', 'await') }),
  fc.record({ kind: fc.constant('leave'), which: fc.nat() }),
)

const AWAIT: readonly ((handle: Handle<number, string>) => unknown)[] = [
  (handle) => handle.then(() => {}),
  (handle) => handle.catch(() => {}),
  (handle) => handle.finally(() => {}),
]

describe('API-10: a reader that leaves', () => {
  it('cancels when it is the last and no caller awaits the result, never otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.nat({ max: 2 }),
        async (steps, how) => {
          let cancelled = 0
          let expected = 0
          let isAwaited = false
          let pushed = 0
          const handle = new Handle<number, string>(99, () => cancelled++)
          const readers: AsyncIterator<number>[] = []
          for (const each of steps) {
            if (each.kind === 'read') readers.push(handle[Symbol.asyncIterator]())
            if (each.kind === 'push') handle.push(pushed++)
            if (each.kind === 'await') {
              AWAIT[how]?.(handle)
              isAwaited = true
            }
            if (each.kind === 'leave' && readers.length > 0) {
              const [reader] = readers.splice(each.which % readers.length, 1)
              await reader?.return?.()
              // A second time has no effect.
              await reader?.return?.()
              if (readers.length === 0 && !isAwaited) expected++
            }
            expect(cancelled).toBe(expected)
          }
          handle.resolve('met')
          handle.end()
          // The readers that stayed have everything.
          for (const reader of readers) {
            const seen: number[] = []
            for (
              let { done, value } = await reader.next();
              !done;
              { done, value } = await reader.next()
            )
              seen.push(value)
            expect(seen).toEqual(Array.from({ length: pushed }, (_, i) => i))
          }
          expect(await handle).toBe('met')
          expect(cancelled).toBe(expected)
        },
      ),
    )
  })
})
