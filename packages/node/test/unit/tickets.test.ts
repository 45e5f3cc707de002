import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import type { LookupResult, RoundReport } from '../../src/core/outcome.ts'
import { Tickets, type Waiter } from '../../src/tickets.ts'

// Whatever it says: nobody here reads it.
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

it('tells each waiter its own news, and its end once', () => {
  const tickets = new Tickets()
  const [mine, yours]: [unknown[], unknown[]] = [[], []]
  const [a, b] = [tickets.open(noting(mine)), tickets.open(noting(yours))]
  expect(a).not.toBe(b)
  tickets.found(a, [endpoint('192.0.2.1', 1)])
  tickets.settled(a, { kind: 'cancelled' })
  tickets.settled(a, { kind: 'busy' })
  tickets.found(a, [])
  expect(mine).toEqual([
    ['found', 1],
    ['settled', 'cancelled'],
  ])
  expect(yours).toEqual([])
})

it('when all are closed, fails whoever still waits, and only those', () => {
  const tickets = new Tickets()
  const [done, open]: [unknown[], unknown[]] = [[], []]
  tickets.settled(tickets.open(noting(done)), { kind: 'busy' })
  const ticket = tickets.open(noting(open))
  tickets.closeAll(new Error('closed'))
  tickets.closeAll(new Error('closed again'))
  tickets.settled(ticket, { kind: 'busy' })
  expect(done).toEqual([['settled', 'busy']])
  expect(open).toEqual([['failed', 'Error: closed']])
})

it('a ticket that nobody holds is no trouble', () => {
  const tickets = new Tickets()
  tickets.found(99, [])
  tickets.round(99, REPORT)
  tickets.settled(99, { kind: 'busy' })
  expect([1, 2, 3].map(() => tickets.open(noting([])))).toEqual([1, 2, 3])
})

it('nor is a waiter that cares for its end alone', () => {
  const tickets = new Tickets()
  const news: unknown[] = []
  const { settled, failed } = noting(news)
  const ticket = tickets.open({ settled, failed })
  tickets.found(ticket, [endpoint('192.0.2.1', 1)])
  tickets.round(ticket, REPORT)
  tickets.settled(ticket, { kind: 'busy' })
  expect(news).toEqual([['settled', 'busy']])
})

it('tells on whom more is found for, until that ends', () => {
  const tickets = new Tickets()
  const news: unknown[] = []
  const ticket = tickets.open(noting(news))
  tickets.settled(ticket, { kind: 'found', result: {} as LookupResult, mayFindMore: true })
  tickets.found(ticket, [])
  tickets.ended(ticket)
  tickets.ended(ticket)
  tickets.found(ticket, [])
  expect(news).toEqual([['settled', 'found'], ['found', 0], ['ended']])
})
