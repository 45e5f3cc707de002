import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import type { LookupResult, RoundReport } from '../../../src/core/operations/outcome.ts'
import { OperationWaiters, type Waiter } from '../../../src/shell/operation-waiters.ts'

// The content does not matter here.
const REPORT = {} as RoundReport

function noting(news: unknown[]): Waiter {
  return {
    found: (endpoints) => news.push(['found', endpoints.length]),
    round: () => news.push(['round']),
    settled: ({ kind }) => news.push(['settled', kind]),
    ended: () => news.push(['ended']),
    failed: (error) => news.push(['failed', String(error)]),
  }
}

it('gives each waiter its own events, and its end once', () => {
  const operationIds = new OperationWaiters()
  const [mine, yours]: [unknown[], unknown[]] = [[], []]
  const [a, b] = [operationIds.open(noting(mine)), operationIds.open(noting(yours))]
  expect(a).not.toBe(b)
  operationIds.found(a, [endpoint('192.0.2.1', 1)], undefined)
  operationIds.settled(a, { kind: 'cancelled' })
  operationIds.settled(a, { kind: 'busy' })
  operationIds.found(a, [], undefined)
  expect(mine).toEqual([
    ['found', 1],
    ['settled', 'cancelled'],
  ])
  expect(yours).toEqual([])
})

it('when all are closed, fails those that still wait, and only those', () => {
  const operationIds = new OperationWaiters()
  const [done, open]: [unknown[], unknown[]] = [[], []]
  operationIds.settled(operationIds.open(noting(done)), { kind: 'busy' })
  const operationId = operationIds.open(noting(open))
  operationIds.closeAll(new Error('closed'))
  operationIds.closeAll(new Error('closed again'))
  operationIds.settled(operationId, { kind: 'busy' })
  expect(done).toEqual([['settled', 'busy']])
  expect(open).toEqual([['failed', 'Error: closed']])
})

it('an unknown operation id has no effect', () => {
  const operationIds = new OperationWaiters()
  operationIds.found(99, [], undefined)
  operationIds.round(99, REPORT)
  operationIds.settled(99, { kind: 'busy' })
  expect([1, 2, 3].map(() => operationIds.open(noting([])))).toEqual([1, 2, 3])
})

it('an event for a waiter that only wants the end has no effect', () => {
  const operationIds = new OperationWaiters()
  const news: unknown[] = []
  const { settled, failed } = noting(news)
  const operationId = operationIds.open({ settled, failed })
  operationIds.found(operationId, [endpoint('192.0.2.1', 1)], undefined)
  operationIds.round(operationId, REPORT)
  operationIds.settled(operationId, { kind: 'busy' })
  expect(news).toEqual([['settled', 'busy']])
})

it('passes on what a settled lookup still finds, until it ends', () => {
  const operationIds = new OperationWaiters()
  const news: unknown[] = []
  const operationId = operationIds.open(noting(news))
  operationIds.settled(operationId, {
    kind: 'found',
    result: {} as LookupResult,
    mayFindMore: true,
  })
  operationIds.found(operationId, [], undefined)
  operationIds.ended(operationId)
  operationIds.ended(operationId)
  operationIds.found(operationId, [], undefined)
  expect(news).toEqual([['settled', 'found'], ['found', 0], ['ended']])
})
