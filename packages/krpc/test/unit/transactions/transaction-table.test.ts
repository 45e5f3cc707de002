import { endpoint, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'

const near = endpoint('192.0.2.1', 6881)
const far = endpoint('198.51.100.1', 6881)

function newTable(options = {}) {
  return new TransactionTable<string>(seededRandom(1), options)
}

describe('the life of a transaction', () => {
  it('is settled by a response with its id from its endpoint, and returns the context', () => {
    const table = newTable()
    const { transactionId } = table.open(near, 'ping', 1000)!
    expect(table.settle(transactionId, far, 1010)).toBeUndefined()
    expect(table.settle(transactionId, near, 1020)?.context).toBe('ping')
    expect(table.settle(transactionId, near, 1030)).toBeUndefined()
    expect(table.nextTimeout()).toBeUndefined()
  })

  it('stalls, can still be settled, and then does not expire', () => {
    const table = newTable()
    const transaction = table.open(near, 'ping', 0)!
    expect(table.nextTimeout()).toBe(500)
    expect(table.handleTimeout(499)).toEqual([])
    expect(table.handleTimeout(500)).toMatchObject([{ kind: 'stalled', transaction }])
    expect(table.nextTimeout()).toBe(4000)
    expect(table.settle(transaction.transactionId, near, 3999)).toBe(transaction)
    expect(table.handleTimeout(5000)).toEqual([])
  })

  it('is sent again with a second id, which settles nothing before the stall', () => {
    const table = newTable()
    const transaction = table.open(near, 'ping', 0)!
    const { transactionId } = transaction
    const secondId = transactionId.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))
    expect(table.settle(secondId, near, 400)).toBeUndefined()
    expect(table.handleTimeout(500)).toEqual([{ kind: 'stalled', transaction, secondId }])
    expect(table.settle(secondId, far, 540)).toBeUndefined()
    expect(table.settle(secondId, near, 540)).toBe(transaction)
    expect(table.settle(transactionId, near, 541)).toBeUndefined()
  })

  it('never gets the second id of another transaction', () => {
    const ids = [1, 1 ^ 0x80, 1, 2].map((first) => Uint8Array.of(first, 0, 0, 0))
    const table = new TransactionTable<string>(() => ids.shift()!)
    table.open(near, 'first', 0)
    expect(table.open(near, 'second', 0)!.transactionId[0]).toBe(2)
  })

  it('stalls once and expires; after that a response is too late', () => {
    const table = newTable()
    const transaction = table.open(near, 'ping', 0)!
    expect(table.handleTimeout(600)).toHaveLength(1)
    expect(table.handleTimeout(3999)).toEqual([])
    expect(table.handleTimeout(4000)).toEqual([{ kind: 'expired', transaction }])
    expect(table.settle(transaction.transactionId, near, 4001)).toBeUndefined()
    expect(table.roundTripMs(near)).toBeUndefined()
  })

  it('is reported as expired only, when its stall was not reported in time', () => {
    const table = newTable()
    table.open(near, 'ping', 0)
    expect(table.handleTimeout(60_000).map(({ kind }) => kind)).toEqual(['expired'])
  })

  it('times out in the order of the instants, not of the sending', () => {
    const table = newTable()
    for (let i = 0; i < 4; i++) {
      table.settle(table.open(near, 'warm', 0)!.transactionId, near, 10)
      table.settle(table.open(far, 'warm', 0)!.transactionId, far, 200)
    }
    table.open(far, 'far', 1000)
    table.open(near, 'near', 1000)
    const events = table.handleTimeout(table.nextTimeout()! + 400)
    expect(events.map(({ transaction }) => transaction.context)).toEqual(['near', 'far'])
  })

  it('is cancelled once; an ended one never cancels a new one with the same id', () => {
    const table = new TransactionTable<string>(() => Uint8Array.of(1, 2, 3, 4))
    const first = table.open(near, 'first', 0)!
    expect(table.cancel(first)).toBe(true)
    expect(table.cancel(first)).toBe(false)
    table.open(near, 'second', 0)
    expect(table.cancel(first)).toBe(false)
    expect(table.size).toBe(1)
  })

  it('fails with all others to an endpoint to which nothing can be sent', () => {
    const table = newTable()
    table.open(near, 'a', 0)
    table.open(far, 'b', 0)
    table.open(near, 'c', 0)
    expect(table.failTo(near).map(({ context }) => context)).toEqual(['a', 'c'])
    expect(table.failTo(near)).toEqual([])
    expect(table.size).toBe(1)
  })

  it('is refused when the allowed number is open', () => {
    const table = newTable({ maxOpen: 2 })
    const first = table.open(near, 'a', 0)!
    table.open(near, 'b', 0)
    expect(table.open(near, 'c', 0)).toBeUndefined()
    table.cancel(first)
    expect(table.open(near, 'c', 0)).toBeDefined()
  })

  it('is listed while it is open, with its next deadline', () => {
    const table = newTable()
    const first = table.open(near, 'a', 0)!
    const second = table.open(far, 'b', 100)!
    table.handleTimeout(500)
    expect(table.outstanding()).toEqual([
      { transaction: first, dueAt: 4000 },
      { transaction: second, dueAt: 600 },
    ])
    table.settle(first.transactionId, near, 510)
    expect(table.outstanding()).toEqual([{ transaction: second, dueAt: 600 }])
  })

  it('is found by either of its ids while it is open, and stays open', () => {
    const table = newTable()
    const transaction = table.open(near, 'ping', 0)!
    const { transactionId } = transaction
    const secondId = transactionId.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))
    const others = [transactionId.map((byte) => byte ^ 1), transactionId.subarray(1)]
    expect([transactionId, secondId].map((id) => table.find(id))).toEqual([
      transaction,
      transaction,
    ])
    expect(others.map((id) => table.find(id))).toEqual([undefined, undefined])
    expect(table.nextTimeout()).toBe(500)
    table.cancel(transaction)
    expect(table.find(transactionId)).toBeUndefined()
  })

  it('works after the clock was set back, and measures nothing', () => {
    const table = newTable()
    const { transactionId } = table.open(near, 'ping', 1000)!
    expect(table.handleTimeout(-5000)).toEqual([])
    expect(table.settle(transactionId, near, 400)?.context).toBe('ping')
    expect(table.roundTripMs(near)).toBeUndefined()
  })
})

describe('an expired transaction', () => {
  it('is kept for a minute, and one late response to it is recognized', () => {
    const table = newTable()
    const transaction = table.open(near, 'ping', 0)!
    const { transactionId } = transaction
    expect(table.settleLate(transactionId, near, 3000)).toBeUndefined()
    table.handleTimeout(4000)
    expect(table.settleLate(transactionId, far, 4500)).toBeUndefined()
    expect(table.settleLate(transactionId.slice(1), near, 4500)).toBeUndefined()
    expect(table.settle(transactionId, near, 4500)).toBeUndefined()
    const late = { transaction, expiredAt: 4000, isFailure: false }
    expect(table.settleLate(transactionId, near, 63_999)).toEqual(late)
    expect(table.settleLate(transactionId, near, 63_999)).toBeUndefined()
  })

  it('is dropped after a minute', () => {
    const table = newTable()
    const { transactionId } = table.open(near, 'ping', 0)!
    table.handleTimeout(4000)
    expect(table.expired).toBe(1)
    expect(table.settleLate(transactionId, near, 64_000)).toBeUndefined()
    expect(table.expired).toBe(0)
  })

  it('is also found by its second id, if it was sent again', () => {
    const table = newTable()
    const stalled = table.open(near, 'ping', 0)!
    const secondId = stalled.transactionId.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))
    table.handleTimeout(500)
    table.handleTimeout(4000)
    expect(table.settleLate(secondId, near, 4100)?.transaction).toBe(stalled)
    expect(table.roundTripMs(near)).toBe(3600)
    // This one expires before its stall was reported, so it was sent once.
    const once = table.open(far, 'ping', 5000)!
    table.handleTimeout(9000)
    const otherId = once.transactionId.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))
    expect(table.settleLate(otherId, far, 9100)).toBeUndefined()
  })

  it('is dropped for newer ones when the allowed number is kept', () => {
    const table = newTable({ maxOpen: 2 })
    const ids = [0, 10_000, 20_000].map((at) => {
      const { transactionId } = table.open(near, 'ping', at)!
      table.handleTimeout(at + 9000)
      return transactionId
    })
    expect(table.expired).toBe(2)
    const found = ids.map((id) => table.settleLate(id, near, 30_000) !== undefined)
    expect(found).toEqual([false, true, true])
  })

  it('keeps its id from new transactions', () => {
    const ids = [1, 1, 1 ^ 0x80, 2].map((first) => Uint8Array.of(first, 0, 0, 0))
    const table = new TransactionTable<string>(() => ids.shift()!)
    table.open(near, 'first', 0)
    table.handleTimeout(4000)
    expect(table.open(near, 'second', 4000)!.transactionId[0]).toBe(2)
  })

  it('still counts as failed after the third late response in a row of its endpoint', () => {
    const table = newTable()
    const isFailure = (at: number): boolean | undefined => {
      const { transactionId } = table.open(near, 'ping', at)!
      table.handleTimeout(at + 5000)
      return table.settleLate(transactionId, near, at + 5000)?.isFailure
    }
    const late = [0, 10_000, 20_000, 30_000].map(isFailure)
    expect(late).toEqual([false, false, true, false])
    const { transactionId } = table.open(near, 'ping', 40_000)!
    table.settle(transactionId, near, 40_100)
    // A response in time ends the row.
    expect([50_000, 60_000].map(isFailure)).toEqual([false, false])
  })
})
