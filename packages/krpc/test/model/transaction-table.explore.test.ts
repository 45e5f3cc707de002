// All short histories of a small table: two endpoints, three queries, and all events in any order.
// Every state is compared with the model.

import type { Endpoint, TransactionConfig } from '@dht/krpc'
import { Census, MODEL_TIMEOUT_MS } from '@dht/testing/census'
import { announce, explore, stateBudget, type World } from '@dht/testing/explore'
import { describe, expect, it } from 'vitest'
import { FLOORS } from './transaction-table.cases.ts'
import { secondIdOf, type TransactionModel } from './transaction-table.model.ts'
import { begin } from './transaction-table.script.ts'
import {
  answerLate,
  arrive,
  compare,
  ENDPOINTS,
  handleTimeout,
  open,
} from './transaction-table.steps.ts'

const BASE: TransactionConfig = {
  maxOpen: 3,
  maxEndpoints: 2,
  firstTimeoutMs: 4,
  minTimeoutMs: 2,
  maxTimeoutMs: 6,
  minMarginMs: 1,
  giveUpMs: 12,
  minGiveUpMs: 3,
  keepExpiredMs: 9,
  // Longer than any history here, so the age of an expiry does not distinguish two states.
  suspectMs: 1_000_000,
}

interface Tiny {
  readonly config: TransactionConfig
  /** Most queries in one history. Where timeouts are learnt, each history leads to other states. */
  readonly questions: number
  /** Most states that the suite visits. */
  readonly states: number
}

/** The bounds of all timeouts are equal, so measured round trips change nothing. */
const FIXED = { ...BASE, minTimeoutMs: 4, maxTimeoutMs: 4, minGiveUpMs: 8, giveUpMs: 8 }

const WORLDS: Readonly<Record<string, Tiny>> = {
  'any number of questions, two open': {
    config: { ...FIXED, maxOpen: 2 },
    questions: Number.POSITIVE_INFINITY,
    states: 1_000,
  },
  'any number of questions, three open': {
    config: FIXED,
    questions: Number.POSITIVE_INFINITY,
    states: 150,
  },
  'two questions that teach': { config: BASE, questions: 2, states: 1_000 },
  'three questions that teach': { config: BASE, questions: 3, states: 150 },
  'four questions that teach': { config: BASE, questions: 4, states: 100 },
}
const PLACES = ENDPOINTS.slice(0, 2)

type Move =
  | readonly ['open' | 'fail', 0 | 1]
  | readonly ['answer' | 'answer the second' | 'answer late' | 'cancel' | 'misdirect', number]
  | readonly ['handleTimeout', -1 | 0 | 1]

function worldOf(tiny: Tiny, census: Census<keyof typeof FLOORS>): World<Move> {
  const { config, questions } = tiny
  const { model: both, real: table } = begin({ seed: 1, config, routes: [] }, census)
  const { model } = both
  return {
    moves: () => [
      ...([0, 1] as const).flatMap((to): Move[] => [
        ...(model.all.length < questions ? ([['open', to]] as const) : []),
        ['fail', to],
      ]),
      ...model.open.flatMap((asked, at): Move[] => [
        ['answer', at],
        ...(model.stalled.has(asked) ? ([['answer the second', at]] as const) : []),
        ['cancel', at],
        ['misdirect', at],
      ]),
      ...model.expired.map((_, at): Move => ['answer late', at]),
      ...(model.open.length > 0
        ? ([-1, 0, 1] as const).map((off): Move => ['handleTimeout', off])
        : []),
    ],
    make: ([kind, at]) => {
      const asked = model.open[at]
      if (kind === 'open') open(PLACES[at]!, both, table)
      if (kind === 'answer') arrive('response', asked!.transactionId, asked!.to, model, table)
      if (kind === 'answer the second') {
        arrive('response', secondIdOf(asked!), asked!.to, model, table)
      }
      if (kind === 'answer late') answerLate(at, false, both, table)
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
      if (kind === 'handleTimeout') {
        model.now = model.nextAt()! + at
        handleTimeout(both, table)
      }
    },
    key: () => {
      compare(model, table)
      if ([...model.ends.values()].some(({ length }) => length > 1)) throw new Error('ended twice')
      return keyOf(tiny, model)
    },
  }
}

/**
 * All parts of a state that matter for what follows. Left out: the instant at which it is reached,
 * the transaction ids and the order of the queries. The two endpoints are interchangeable, so only
 * one of two symmetric states is visited. Measured round trips count. Where the bounds of the
 * timeouts are equal, only expiries and late responses count.
 */
function keyOf({ config, questions }: Tiny, model: TransactionModel): string {
  const isFixed = config.minGiveUpMs === config.giveUpMs
  const aboutOne = (to: Endpoint) => {
    const open = model.open
      .filter((asked) => asked.to === to)
      .map((asked) => {
        const moments = [asked.sentAt, asked.stallAt, asked.expireAt, model.stalled.get(asked)]
        return moments.map((at) => at !== undefined && at - model.now).join(' ')
      })
    const expired = model.expired.filter(({ asked }) => asked.to === to)
    const ages = expired.map(({ asked, expiredAt }) => {
      const since = isFixed ? [] : [asked.sentAt - model.now]
      return [expiredAt - model.now, ...since].join(' ')
    })
    const { isSuspect, ...forecast } = model.forecast(to)
    const { lost, late } = model.recordOf(to)
    const learnt = isFixed ? [] : [forecast, model.roundTripMs(to)]
    return JSON.stringify([open.sort(), ages, [isSuspect, lost, late], learnt])
  }
  const left = Number.isFinite(questions) ? questions - model.all.length : 'any'
  return [...PLACES.map(aboutOne).sort(), left].join(';')
}

describe('NET-51, NET-52, NET-53, NET-58: every reached state is that of the model', () => {
  it.each(Object.entries(WORLDS))('NET-61: %s', { timeout: MODEL_TIMEOUT_MS }, (name, world) => {
    const unused = new Census('transaction-table', FLOORS)
    const maxStates = stateBudget(world.states)
    const seen = explore(() => worldOf(world, unused), { maxStates })
    announce(`transaction table, ${name}`, seen)
    expect(seen.isComplete || seen.states === maxStates).toBe(true)
    expect(seen.states).toBeGreaterThanOrEqual(Math.min(maxStates, 250))
    expect(seen.moves).toBeGreaterThan(seen.states)
  })
})
