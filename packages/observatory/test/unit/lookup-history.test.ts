// The bounds of what is kept and told of lookups.

import { expect, it } from 'vitest'
import { LookupHistory } from '../../src/messages/lookup-messages.ts'
import { Reporter } from '../../src/messages/reporter.ts'
import { MAX_LOOKUP_STEPS, MAX_LOOKUPS, MAX_STEP_CONTACTS } from '../../src/protocol.ts'

type Taken = Parameters<LookupHistory['step']>

const contact = { id: 'ab'.repeat(32), address: '192.0.2.7', port: 1, family: 4 } as const

const head = (lookupId: number): Taken[0] => ({
  lookupId,
  operationId: undefined,
  purpose: 'refresh',
  target: 'cd'.repeat(32),
  family: 4,
})

const started: Taken[1] = { kind: 'started', at: 0, startingContacts: [] }
const queried: Taken[1] = {
  kind: 'queried',
  at: 1,
  contact,
  phase: 'approach',
  toward: undefined,
  waits: false,
}
const ended: Taken[1] = { kind: 'ended', at: 2, closest: [], incompleteReasons: [] }

it('keeps the last lookups, oldest first', () => {
  const history = new LookupHistory()
  for (let id = 1; id <= 2 * MAX_LOOKUPS; id++) {
    for (const step of [started, queried, ended]) history.step(head(id), step)
  }
  const ids = history.records.map(({ lookup }) => lookup.id)
  expect(ids).toEqual(Array.from({ length: MAX_LOOKUPS }, (_, at) => MAX_LOOKUPS + 1 + at))
  expect(history.records.every(({ steps, isCut }) => steps.length === 3 && !isCut)).toBe(true)
})

it('cuts a lookup of too many steps, but has its end', () => {
  const history = new LookupHistory()
  history.step(head(1), started)
  const told = Array.from({ length: MAX_LOOKUP_STEPS }, () => history.step(head(1), queried))
  expect(told.filter((each) => each !== undefined)).toHaveLength(MAX_LOOKUP_STEPS - 2)
  expect(history.step(head(1), ended)?.step.kind).toBe('ended')
  const [record] = history.records
  expect([record?.steps.length, record?.isCut]).toEqual([MAX_LOOKUP_STEPS, true])
})

it('keeps 5,000 steps in all', () => {
  const history = new LookupHistory()
  for (let id = 1; id <= 10; id++) {
    history.step(head(id), started)
    for (let step = 0; step < 1_500; step++) history.step(head(id), queried)
  }
  const { records } = history
  expect(records.map(({ lookup }) => lookup.id)).toEqual([8, 9, 10])
})

it('tells nothing of a lookup whose beginning it has not seen', () => {
  expect(new LookupHistory().step(head(1), queried)).toBeUndefined()
})

it('cuts lists of contacts', () => {
  const many = { ...ended, closest: Array(1_000).fill(contact) } as Taken[1]
  const history = new LookupHistory()
  history.step(head(1), started)
  const step = history.step(head(1), many)?.step
  expect(step?.kind === 'ended' && step.closest).toHaveLength(MAX_STEP_CONTACTS)
})

it('counts what did not fit between two batches', () => {
  const reporter = new Reporter()
  for (let i = 0; i < 1_000; i++) reporter.event({ kind: 'contact-added', family: 4, contact }, i)
  reporter.event({ kind: 'joined', family: 4, contacts: 1 }, 1_000)
  const told = reporter.take(2_000)
  expect(told[0]).toEqual({ kind: 'event', at: 2_000, event: { kind: 'skipped', count: 700 } })
  expect(told).toHaveLength(302)
  expect(told.at(-1)).toMatchObject({ event: { kind: 'joined' } })
  expect(reporter.take(3_000)).toEqual([])
  for (let i = 0; i < 10_000; i++) reporter.event({ kind: 'joined', family: 4, contacts: 1 }, i)
  expect(reporter.take(4_000)).toHaveLength(4_001)
})
