import { describe, expect, it } from 'vitest'
import { plainLanguage } from '../src/rules/plain-language.ts'
import { inCore } from './refuses.ts'

describe('plain language', () => {
  it.each([
    'enum Kind { a }',
    'const enum Kind { a }',
    'namespace Inner { export const a = 1 }',
    'class A { private a = 1 }',
    'class A { protected b(): void {} }',
    'class A { public b(): void {} }',
    'class A { constructor(readonly a: number) {} }',
    "import a = require('a')",
    'class A { @watched b = 1 }',
    'function f(a: A, b: B, c: C, d: D): void {}',
    'const f = (a: A, b: B, c: C, d: D, now: number) => {}',
    'class A { m(a: A, b: B, c: C, d: D): void {} }',
  ])('refuses %s', (text) => {
    expect(inCore(plainLanguage, text)).toHaveLength(1)
  })

  it.each([
    'class A { #a = 1; readonly b = this.#a; static c = 2; override d(): void {} }',
    'function f(a: A, b: B, c: C, now: number): void {}',
    'declare global { interface ImportMeta { readonly a: number } }',
    'class A { private constructor() {} }',
    "type Kind = 'a' | 'b'",
  ])('allows %s', (text) => {
    expect(inCore(plainLanguage, text)).toEqual([])
  })
})
