import { describe, expect, it } from 'vitest'
import { bans } from '../src/rules/bans.ts'
import { findingsOf, inCore } from './refuses.ts'

describe('bans', () => {
  it.each([
    ['export const now = (): number => Date.now()', 'Date'],
    ['export const now = (): number => performance.now()', 'performance'],
    ['export const dice = (): number => Math.random()', 'Math.random'],
    [
      'declare const crypto: { randomUUID(): string }\nexport const id = crypto.randomUUID()',
      'crypto',
    ],
    ['setTimeout(() => {}, 1)', 'setTimeout'],
    ['setInterval(() => {}, 1)', 'setInterval'],
    ['queueMicrotask(() => {})', 'queueMicrotask'],
    ['export class Table extends EventEmitter {}', 'EventEmitter'],
    ['export class Table extends EventTarget {}', 'EventTarget'],
    ['export const bytes = Buffer.from([1])', 'Buffer'],
    ['export type Bytes = Buffer', 'Buffer'],
    ['const o = { Buffer }', 'Buffer'],
    ['process.exit(1)', 'process'],
    ['console.log(1)', 'console'],
    ["export const clock = globalThis['Da' + 'te']", 'globalThis'],
    ['export async function ask(): P {}', 'an async function'],
    ['export const ask = async (): P => {}', 'an async function'],
    ['await thing', 'await'],
    ['export function ask(): Promise<void> {}', 'Promise'],
    ["import { readFileSync } from 'node:fs'", 'node:fs'],
    ["import type { Server } from 'node:net'", 'node:net'],
    ["export const fs = import('node:fs')", 'node:fs'],
    ["import { udpTransport } from '@dht/krpc/udp'", '@dht/krpc/udp'],
  ])('refuses %s', (text, what) => {
    const findings = inCore(bans, text)
    expect(findings.some((each) => each.startsWith(`packages/store/src/thing.ts: ${what} (`))).toBe(
      true,
    )
  })

  it('gives the reason', () => {
    expect(inCore(bans, 'Math.random()')).toEqual([
      'packages/store/src/thing.ts: Math.random (chance is an argument: take a `RandomSource`)',
    ])
  })

  it('allows a property, a key or a string of that name', () => {
    const text = `
      const state = { process: 1, crypto: 2 }
      export const sum = state.process + state.crypto
      export const label = 'Date'
      export const half = Math.floor(sum / 2) // Date, Math.random
    `
    expect(inCore(bans, text)).toEqual([])
  })

  it('leaves the shell, the UDP adapter and the tests alone', () => {
    const text = "import { createSocket } from 'node:dgram'\nexport const at = Date.now()"
    const files = {
      'packages/node/src/clock.ts': text,
      'packages/krpc/src/udp.ts': text,
      'packages/krpc/src/udp-socket.ts': text,
      'packages/sim/src/cli/main.ts': text,
      'packages/sim/src/facade/live-world.ts': text,
      'packages/id/test/unit/id.test.ts': text,
      'tools/thing/src/thing.ts': text,
    }
    expect(findingsOf(bans, files)).toEqual([])
  })

  it('lets a port speak of promises, and of nothing else', () => {
    const path = 'packages/krpc/src/transport.ts'
    const port = 'export interface Transport { close(): Promise<void> }'
    expect(findingsOf(bans, { [path]: port })).toEqual([])
    expect(findingsOf(bans, { [path]: 'export const close = async () => {}' })).toHaveLength(1)
  })

  it('watches the core of the node and that of the simulator', () => {
    for (const path of ['packages/node/src/core/node-core.ts', 'packages/sim/src/world.ts']) {
      expect(findingsOf(bans, { [path]: 'Date.now()' })).toHaveLength(1)
    }
  })
})
