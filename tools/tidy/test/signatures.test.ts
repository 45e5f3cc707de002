import { describe, expect, it } from 'vitest'
import { signatures } from '../src/rules/signatures.ts'
import { inCore } from './refuses.ts'

describe('signatures', () => {
  it.each([
    'class A { private a = 1 }',
    'class A { protected b(): void {} }',
    'class A { public b(): void {} }',
    'class A { @watched b = 1 }',
    'function f(a: A, b: B, c: C, d: D): void {}',
    'const f = (a: A, b: B, c: C, d: D, now: number) => {}',
    'class A { m(a: A, b: B, c: C, d: D): void {} }',
  ])('refuses %s', (text) => {
    expect(inCore(signatures, text)).toHaveLength(1)
  })

  it.each([
    'class A { #a = 1; readonly b = this.#a; static c = 2; override d(): void {} }',
    'function f(a: A, b: B, c: C, now: number): void {}',
    'class A { private constructor() {} }',
  ])('allows %s', (text) => {
    expect(inCore(signatures, text)).toEqual([])
  })
})
