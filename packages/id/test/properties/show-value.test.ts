// How errors show the value that they were given. A value that can be written as code is read back
// by evaluating its text. Other values must not break the error. Suggested names are compared with
// a plain recursive edit distance.

import { runInNewContext } from 'node:vm'
import { expectedNames, showValue } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const key = fc.stringMatching(/^[a-z]{1,6}$/)
const simple = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)
/** Values that are short and shallow enough to be shown completely. */
const writable = fc.oneof(
  simple,
  fc.array(simple, { maxLength: 2 }),
  fc.dictionary(key, simple, { maxKeys: 2 }),
  fc.dictionary(key, fc.array(fc.integer(), { maxLength: 2 }), { maxKeys: 2 }),
)

describe('API-11: a value in an error', () => {
  it('is shown as code that gives the value back', () => {
    fc.assert(
      fc.property(writable, (value) => {
        const shown = showValue(value)
        fc.pre(!/^an? (list|object)|…/.test(shown))
        const read: unknown = runInNewContext(`(${shown})`)
        expect(JSON.stringify(read)).toBe(JSON.stringify(value))
        expect(Object.is(value, -0)).toBe(Object.is(read, -0))
      }),
    )
  })

  it('is one line without control characters for any value, and the value is not changed', () => {
    const anything = fc.anything({
      maxDepth: 2,
      maxKeys: 3,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    })
    fc.assert(
      fc.property(anything, (value) => {
        const shown = showValue(value)
        expect(shown).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u)
        expect(shown.length).toBeLessThanOrEqual(200)
      }),
    )
  })

  it('strings are distinguished from the numbers that they spell', () => {
    fc.assert(
      fc.property(fc.double(), (n) => {
        expect(showValue(String(n))).toBe(`"${n}"`)
        expect(showValue(n)).not.toContain('"')
      }),
    )
  })

  it.each([
    ['8', '"8"'],
    [8n, '8n'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [Symbol('\n'), 'Symbol(?)'],
    ['\u009b31m', '"\\u009b31m"'],
    ['x'.repeat(300), `"${'x'.repeat(40)}…" (300 characters)`],
    [new Uint8Array(3), 'a Uint8Array of 3 bytes'],
    [Buffer.from([1]), 'a Buffer of 1 byte'],
    [new Date(0), 'a Date'],
    [new AbortController(), 'an AbortController'],
    [() => 1, 'a function'],
    [Date, 'a function Date'],
    [[], '[]'],
    [['8', 9], '["8", 9]'],
    [['x'.repeat(90)], `["${'x'.repeat(40)}…" (90 characters)]`],
    [new Array(500).fill(1), 'a list of 500 items'],
    [{}, '{}'],
    [Object.create(null), '{}'],
    [{ address: '1.2.3.4', port: '5' }, '{ address: "1.2.3.4", port: "5" }'],
    [{ a: { b: { c: 1 } }, d: [[1]] }, '{ a: { b: an object }, d: [a list of 1 item] }'],
    [Object.create({ constructor: 5 }), 'an object'],
  ])('%# is shown in readable form', (value, shown) => {
    expect(showValue(value)).toBe(shown)
  })

  it('may be a proxy that throws, or an object that throws when it is read', () => {
    const refuse = (): never => {
      throw new Error('no')
    }
    const proxy = new Proxy({}, { getPrototypeOf: refuse, ownKeys: refuse, get: refuse })
    expect(showValue(proxy)).toBe('an unreadable object')
    const trap = Object.defineProperty({}, 'x', { enumerable: true, get: refuse })
    expect(showValue(trap)).toBe('an unreadable object')
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(showValue(revoked)).toBe('an unreadable object')
  })

  it('may contain itself', () => {
    const ring: unknown[] = []
    ring.push(ring, { ring })
    expect(showValue(ring)).toBe('[[a list of 2 items, an object], { ring: a list of 2 items }]')
  })
})

/**
 * Cost of turning the beginning of `name` into the other name, plus a quarter for each missing
 * character.
 */
function cost(given: string, known: string): number {
  const lengths = Array.from({ length: known.length + 1 }, (_, i) => i)
  return Math.min(...lengths.map((n) => edits(given, known.slice(0, n)) + (known.length - n) / 4))
}

/** The edit distance by its recursive definition. */
function edits(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const [x, y] = [a.slice(1), b.slice(1)]
  if (a[0] === b[0]) return edits(x, y)
  return 1 + Math.min(edits(x, y), edits(a, y), edits(x, b))
}

describe('API-11: an unknown name', () => {
  it('the error suggests the nearest known names', () => {
    const name = fc.stringMatching(/^[abc]{1,5}$/)
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { minLength: 4, maxLength: 9 }), (given, known) => {
        const text = expectedNames(given, known)
        const [, list = ''] = /^a known name, such as (.+)$/.exec(text) ?? []
        const told = list.split(/, | or /)
        expect(told).toHaveLength(3)
        const farthest = Math.max(...told.map((each) => cost(given, each)))
        for (const each of known) {
          if (!told.includes(each)) expect(cost(given, each)).toBeGreaterThanOrEqual(farthest)
        }
      }),
    )
  })

  it('the error suggests all names when there are few', () => {
    expect(expectedNames('x', ['k'])).toBe('k')
    expect(expectedNames('x', ['k', 'alpha', 'mode'])).toBe('k or alpha or mode')
  })

  it('may be written in another case, or be very long', () => {
    const known = ['peerLifetimeMs', 'alpha', 'k', 'maxPeers', 'lookupDeadlineMs']
    expect(expectedNames('peerlifetimeMS', known)).toContain('such as peerLifetimeMs,')
    expect(expectedNames('lookupDeadline', known)).toContain('such as lookupDeadlineMs,')
    expect(expectedNames('k'.repeat(1e6), known)).toContain('a known name')
  })
})
