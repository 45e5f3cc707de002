import { describe, expect, it } from 'vitest'
import { bans } from '../src/rules/bans.ts'
import { findingsOf, inCore } from './refuses.ts'

describe('bans', () => {
  it.each([
    ['export const now = (): number => Date.now()', 'Date'],
    ['export const dice = (): number => Math.random()', 'Math.random'],
    ["export const clock = globalThis['Da' + 'te']", 'globalThis'],
    ['const o = { Date }', 'Date'],
    ['export async function ask(): P {}', 'an async function'],
    ['export const ask = async (): P => {}', 'an async function'],
    ['await thing', 'await'],
    ['export function ask(): Promise<void> {}', 'Promise'],
    ['export type Asked = PromiseLike<void>', 'PromiseLike'],
  ])('refuses %s', (text, what) => {
    const findings = inCore(bans, text)
    expect(findings.some((each) => each.startsWith(`packages/store/src/thing.ts: ${what} (`))).toBe(
      true,
    )
  })

  it('gives the reason', () => {
    expect(inCore(bans, 'Math.random()')).toEqual([
      'packages/store/src/thing.ts: Math.random (take a `RandomSource`)',
    ])
  })

  it('allows a property, a key or a string of that name', () => {
    const text = `
      const state = { Date: 1, Promise: 2 }
      export const sum = state.Date + state.Promise
      export const label = 'Date'
      export const half = Math.floor(sum / 2) // Date, Math.random
    `
    expect(inCore(bans, text)).toEqual([])
  })

  it('ignores what is outside the wall of its package', () => {
    const files = {
      'packages/krpc/tsconfig.wall.json':
        '{\n  // Why.\n  "include": ["src"], "exclude": ["src/udp*", "src/live/**"]\n}',
      'packages/node/tsconfig.wall.json': '{ "include": ["src/core", "src/core.ts"] }',
    }
    const findingsIn = (path: string): string[] =>
      findingsOf(bans, { ...files, [path]: 'export const at = Date.now()' })
    for (const path of [
      'packages/node/src/clock.ts',
      'packages/node/src/core-of-it.ts',
      'packages/krpc/src/udp.ts',
      'packages/krpc/src/udp/socket.ts',
      'packages/krpc/src/live/world.ts',
      'packages/krpc/test/unit/a.test.ts',
      'tools/thing/src/thing.ts',
    ]) {
      expect(findingsIn(path), path).toEqual([])
    }
    for (const path of ['packages/node/src/core/a.ts', 'packages/krpc/src/deep/udp.ts']) {
      expect(findingsIn(path), path).toHaveLength(1)
    }
  })

  it('allows the return type Promise in a port, and no async function', () => {
    const path = 'packages/krpc/src/transport/transport.ts'
    const wall = { 'packages/krpc/tsconfig.wall.json': '{ "include": ["src"] }' }
    const port = 'export interface Transport { close(): Promise<void> }'
    expect(findingsOf(bans, { ...wall, [path]: port })).toEqual([])
    const text = 'export const close = async () => {}'
    expect(findingsOf(bans, { ...wall, [path]: text })).toHaveLength(1)
  })
})
