// Every short life of a small table: two endpoints, three questions, and whatever can become of
// them in any order, each state held to the model.

import { Census, MODEL_TIMEOUT_MS } from '@dht/testing/census'
import { announce, explore, stateBudget, type World } from '@dht/testing/explore'
import { expect, it } from 'vitest'
import { FLOORS } from './transaction-table.cases.ts'
import type { TransactionModel } from './transaction-table.model.ts'
import {
  arrive,
  begin,
  compare,
  ENDPOINTS,
  open,
  type Setup,
  wake,
} from './transaction-table.script.ts'

const SETUP: Setup = {
  seed: 1,
  config: {
    maxOpen: 3,
    maxEndpoints: 2,
    initialStallMs: 4,
    initialExpireMs: 8,
    minMarginMs: 1,
    maxStallMs: 6,
    expireFactor: 2,
    minExpireMs: 3,
    maxExpireMs: 12,
  },
}
const PLACES = ENDPOINTS.slice(0, 2)

type Move =
  | readonly ['open' | 'fail', 0 | 1]
  | readonly ['answer' | 'cancel' | 'misdirect', number]
  | readonly ['wake', -1 | 0 | 1]

function worldOf(census: Census<keyof typeof FLOORS>): World<Move> {
  const { model: both, real: table } = begin(SETUP, census)
  const { model } = both
  return {
    moves: () => [
      ...([0, 1] as const).flatMap((to): Move[] => [
        ['open', to],
        ['fail', to],
      ]),
      ...model.open.flatMap((_, at): Move[] => [
        ['answer', at],
        ['cancel', at],
        ['misdirect', at],
      ]),
      ...(model.open.length > 0 ? ([-1, 0, 1] as const).map((off): Move => ['wake', off]) : []),
    ],
    make: ([kind, at]) => {
      const asked = model.open[at]
      if (kind === 'open') open(PLACES[at]!, both, table)
      if (kind === 'answer') arrive('response', asked!.transactionId, asked!.to, model, table)
      if (kind === 'misdirect') {
        const from = PLACES[1 - PLACES.indexOf(asked!.to)]!
        arrive('response', asked!.transactionId, from, model, table)
      }
      if (kind === 'cancel') {
        table.cancel(asked!)
        model.ended(asked!, 'cancelled')
      }
      if (kind === 'fail') {
        for (const failed of table.failTo(PLACES[at]!)) model.ended(failed, 'failed')
      }
      if (kind === 'wake') {
        model.now = model.nextAt()! + at
        wake(both, table)
      }
    },
    key: () => {
      compare(model, table)
      if ([...model.ends.values()].some(({ length }) => length > 1)) throw new Error('ended twice')
      return keyOf(model)
    },
  }
}

/** All that matters of a state from now on, without the moment at which it is reached. */
function keyOf(model: TransactionModel): string {
  return JSON.stringify([
    model.open.map((asked) => [
      PLACES.indexOf(asked.to),
      model.stalled.has(asked),
      ...[asked.sentAt, asked.stallAt, asked.expireAt].map((at) => at - model.now),
    ]),
    PLACES.map((to) => [model.forecast(to), model.roundTripMs(to)]),
  ])
}

it('NET-51, NET-52, NET-53, NET-58: in every state that is reached the table is its model', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const unused = new Census('transaction-table', FLOORS)
  const maxStates = stateBudget(2000)
  const seen = explore(() => worldOf(unused), { maxStates })
  announce('transaction table', seen)
  const census = new Census('transaction-table-explored', { states: maxStates, moves: 1, depth: 1 })
  for (const each of ['states', 'moves', 'depth'] as const) census.count(each, seen[each])
  expect(census.close()).toEqual([])
})
