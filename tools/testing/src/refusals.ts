// Wrong values that callers without types may pass, and what the error must have: the name of the
// option, the value as the caller wrote it, and a code (API-1).

import { showValue } from '@dht/id'
import fc from 'fast-check'
import { expect } from 'vitest'

/** What an option takes. */
export type Kind = 'number' | 'function' | 'boolean' | 'text' | 'object'

const VALUES: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
  number: fc.constantFrom<unknown>(-1, Number.NaN, Number.NEGATIVE_INFINITY, -0.5),
  function: fc.constant(() => 1),
  boolean: fc.boolean(),
  text: fc.constantFrom('', '8', 'x', '1.5'),
  object: fc.constantFrom({}, [], [8], { k: 8 }),
}

const NEVER = fc.constantFrom<unknown>(null, 8n, Symbol('s'), new Date(0))

/** Values that an option of this kind must refuse; for numbers also those below 0 and NaN. */
export function wrongFor(kind: Kind): fc.Arbitrary<unknown> {
  const others = Object.entries(VALUES).filter(([name]) => name !== kind || kind === 'number')
  return fc.oneof(NEVER, ...others.map(([, values]) => values))
}

/** Calls it, and checks the error that it must throw. */
export function expectRefusal(
  act: () => unknown,
  { name, value }: { readonly name: string; readonly value: unknown },
): void {
  let error: (Error & { code?: unknown }) | undefined
  try {
    act()
  } catch (thrown) {
    error = thrown as Error
  }
  const what = `${name} given as ${showValue(value)}`
  expect(error, `${what} was accepted`).toBeInstanceOf(Error)
  expect(error?.code, `${what}: ${error?.stack}`).toMatch(/^ERR_DHT_[A-Z_]+$/)
  expect(error?.message).toContain(`${name}: expected `)
  expect(error?.message, 'says what was expected').not.toContain('expected , got')
  expect(error?.message).toContain(`, got ${showValue(value)}`)
}

/**
 * Checks API-1 for all options of one function or class.
 *
 * @param kinds - what each option takes
 * @param resolve - makes the thing, or completes its options
 */
export function expectOptionsChecked(
  kinds: Readonly<Record<string, Kind>>,
  resolve: (options: never) => unknown,
): void {
  const names = Object.keys(kinds)
  const wrong = fc
    .constantFrom(...names)
    .chain((name) => fc.record({ name: fc.constant(name), value: wrongFor(kinds[name]!) }))
  fc.assert(
    fc.property(wrong, ({ name, value }) => {
      expectRefusal(() => resolve({ [name]: value } as never), { name, value })
    }),
  )
  fc.assert(
    fc.property(
      fc.string().filter((name) => !names.includes(name) && name !== '__proto__'),
      (name) => {
        expectRefusal(() => resolve({ [name]: 1 } as never), { name: 'option', value: name })
      },
    ),
  )
  for (const value of [null, 5, 'k', true]) {
    expectRefusal(() => resolve(value as never), { name: 'options', value })
  }
  // `undefined` means the same as an option that is left out.
  for (const name of names) {
    expect(resolve({ [name]: undefined } as never)).toEqual(resolve({} as never))
  }
}

/**
 * An error with this code whose message reads "what: expected X, got Y", whatever X is.
 *
 * @param got - Y, the wrong value as the message shows it
 */
export function errorOf(code: string, what: string, got: string): unknown {
  const [start, end] = [what, got].map((text) => text.replace(/[^\w\s]/g, '\\$&'))
  const message = expect.stringMatching(new RegExp(`^${start}: expected .+, got ${end}$`, 's'))
  return expect.objectContaining({ code, message })
}
