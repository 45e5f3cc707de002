// The renewal of one item: when the next put is due after each outcome, and what ends it.

import { expect, it } from 'vitest'
import type { Outcome, PutReport } from '../../../src/core/operations/outcome.ts'
import { DhtNodeError } from '../../../src/errors.ts'
import type { Calls } from '../../../src/shell/calls.ts'
import { ItemRenewal } from '../../../src/shell/item-renewal.ts'

const HOUR = 3_600_000
const RETRY = 300_000
const SIGNED = { k: new Uint8Array(32), salt: new Uint8Array(0), seq: 3n, sig: new Uint8Array(64) }
const CONFLICT = { contact: {}, code: 302, text: 'newer' }

/** A renewal whose puts end as the test says. */
function renewal() {
  const waiters: { settled: (outcome: Outcome) => void }[] = []
  const puts: unknown[] = []
  const waits: number[] = []
  let due = (): void => {}
  const calls = {
    start: (make: (id: number) => { put: unknown }, waiter: (typeof waiters)[number]) => {
      puts.push(make(1).put)
      waiters.push(waiter)
    },
    cancel: () => {},
  } as unknown as Pick<Calls, 'start' | 'cancel'>
  const clock = {
    now: () => 0,
    alarm: (at: number, action: () => void) => {
      waits.push(at)
      due = action
      return () => {}
    },
  }
  const ended = (): void => {}
  const put = { item: { v: new Uint8Array(1), signed: SIGNED }, keep: 'at-once' as const, cas: 2n }
  const { handle } = new ItemRenewal(
    { put, signal: undefined, ended },
    { calls, clock: clock as never },
  )
  const settle = (outcome: object): number | undefined => {
    const before = waits.length
    waiters.at(-1)!.settled(outcome as Outcome)
    return waits.length > before ? waits.at(-1) : undefined
  }
  /** Ends the put that is under way. @returns when the next is due, undefined: never */
  const report = (given: Partial<Record<keyof PutReport, unknown>>): number | undefined =>
    settle({
      kind: 'put',
      report: { accepted: [], refused: [], unreachable: [], complete: true, ...given },
    })
  return { handle, settle, report, puts, next: () => due() }
}

const STORED = { accepted: [{}] }

it('ITEM-19: a put that some nodes missed is repeated early five times, then hourly', () => {
  const { report, next } = renewal()
  const waits: (number | undefined)[] = []
  for (let round = 0; round < 8; round++) {
    waits.push(report({ ...STORED, unreachable: [{}], complete: false }))
    next()
  }
  expect(waits).toEqual([RETRY, RETRY, RETRY, RETRY, RETRY, HOUR, HOUR, HOUR])
  expect(report(STORED)).toBe(HOUR)
  next()
  expect(report({ ...STORED, complete: false })).toBe(RETRY)
})

it('ITEM-19: a put that no node stored is repeated early for as long as it takes', () => {
  const { report, next } = renewal()
  for (let round = 0; round < 8; round++) {
    expect(report({ unreachable: [{}], complete: false })).toBe(RETRY)
    next()
  }
})

it('ITEM-19: every renewal is the same put, but for cas once a node has stored it', () => {
  const { report, next, puts } = renewal()
  report({ unreachable: [{}], complete: false })
  next()
  report(STORED)
  next()
  expect(puts).toMatchObject([
    { keep: 'at-once', cas: 2n },
    { keep: 'at-once', cas: 2n },
    { keep: 'at-once', cas: undefined },
  ])
})

it('ITEM-19: a busy node delays a renewal, and refuses a first put', async () => {
  const running = renewal()
  running.report(STORED)
  running.next()
  expect(running.settle({ kind: 'busy' })).toBe(RETRY)
  const first = renewal()
  expect(first.settle({ kind: 'busy' })).toBeUndefined()
  await expect(first.handle).rejects.toThrow(DhtNodeError)
})

it.each([
  ['a newer version', { ...STORED, newest: 4n }],
  ['every node refuses this version', { refused: [CONFLICT, CONFLICT] }],
])('ITEM-19: the renewal ends when %s', (_when, report) => {
  expect(renewal().report(report)).toBeUndefined()
})

it.each([
  ['one node says so', { refused: [CONFLICT] }],
  ['others are silent', { refused: [CONFLICT, CONFLICT], unreachable: [{}] }],
  ['others refuse for another reason', { refused: [CONFLICT, { ...CONFLICT, code: 202 }] }],
  ['one node stored it', { ...STORED, refused: [CONFLICT, CONFLICT] }],
  ['the version found is its own', { ...STORED, newest: 3n }],
])('ITEM-19: the renewal goes on when %s', (_when, report) => {
  expect(renewal().report(report)).toBe(HOUR)
})
