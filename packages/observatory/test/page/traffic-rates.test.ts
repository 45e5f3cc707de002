import { describe, expect, it } from 'vitest'
import {
  methodRows,
  ownNumber,
  rateOf,
  ratesOverTime,
  type TrafficSample,
  withSample,
} from '../../page/model/traffic-rates.ts'
import { status } from './support/messages.ts'

function sample(at: number, queries: number): TrafficSample {
  return { at, traffic: status(queries).traffic }
}

const queries = ({ totals }: TrafficSample['traffic']): number => ownNumber(totals, 'queriesSent')

describe('rates', () => {
  it('are the growth over the last ten seconds', () => {
    const samples = [sample(0, 0), sample(5000, 100), sample(10_000, 150), sample(15_000, 160)]
    expect(rateOf(samples, queries)).toBe(6)
    expect(ratesOverTime(samples, queries)).toEqual([20, 10, 2])
    expect(rateOf([sample(0, 5)], queries)).toBe(0)
    expect(rateOf([], queries)).toBe(0)
  })

  it('forget what is old, and what a jump back makes future', () => {
    const old = withSample([sample(0, 0)], sample(500_000, 5))
    expect(old.map(({ at }) => at)).toEqual([500_000])
    const back = withSample([sample(0, 0), sample(9000, 9)], sample(4000, 4))
    expect(back.map(({ at }) => at)).toEqual([0, 4000])
  })

  it('take the later one of two samples that are near to one another', () => {
    const near = withSample([sample(0, 0)], sample(30, 5))
    expect(near.map(({ at }) => at)).toEqual([30])
  })

  it('come for each method', () => {
    expect(methodRows([sample(0, 0), sample(2000, 10)])).toEqual([
      { method: 'ping', received: 10, sent: 20, receivedRate: 5, sentRate: 10 },
    ])
    expect(ownNumber({}, 'toString')).toBe(0)
  })
})
