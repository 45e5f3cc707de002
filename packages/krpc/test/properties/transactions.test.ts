// The transaction table against its plain version: a list that is searched from end to end.
// Small worlds: three endpoints, ids drawn from four values, moments a few milliseconds apart, so
// that collisions, duplicates and strangers with the right id happen all the time.

import { type Endpoint, endpoint, type Lapse, type Transaction, TransactionTable } from '@dht/krpc'
import { anyRandom, seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const ENDPOINTS: readonly Endpoint[] = [
  endpoint('192.0.2.1', 1),
  endpoint('192.0.2.1', 2),
  endpoint('2001:db8::1', 1),
]

type Command =
  | { readonly do: 'open'; readonly to: number; readonly errand: number }
  | { readonly do: 'settle'; readonly id: Uint8Array; readonly from: number }
  | { readonly do: 'answer'; readonly which: number; readonly from: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'fail'; readonly to: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'due' }

const place = fc.nat({ max: ENDPOINTS.length - 1 })
const which = fc.nat({ max: 20 })

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('open'), to: place, errand: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer'), which, from: place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settle'),
      id: fc.uint8Array({ maxLength: 5, max: 3 }),
      from: place,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail'), to: place }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: -50, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('due') }) },
) as fc.Arbitrary<Command>

/** 4 bytes of which only one varies, between four values: ids collide. */
function narrow(random: (length: number) => Uint8Array): (length: number) => Uint8Array {
  return (length) => Uint8Array.of(0, 0, 0, random(length)[0]! & 3)
}

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((x, i) => x === b[i])

/** The plain version: every transaction ever, and which are open. */
class Model {
  readonly all: Transaction<number>[] = []
  readonly open = new Set<Transaction<number>>()
  readonly stalled = new Set<Transaction<number>>()
  readonly ends = new Map<Transaction<number>, number>()

  add(transaction: Transaction<number>): void {
    for (const other of this.open) {
      expect(same(other.transactionId, transaction.transactionId)).toBe(false)
    }
    this.all.push(transaction)
    this.open.add(transaction)
  }

  match(id: Uint8Array, from: Endpoint): Transaction<number> | undefined {
    return [...this.open].find((t) => same(t.transactionId, id) && t.to === from)
  }

  end(transaction: Transaction<number>): void {
    expect(this.open.delete(transaction)).toBe(true)
    this.ends.set(transaction, (this.ends.get(transaction) ?? 0) + 1)
  }

  /** What `wake` has to say: everything whose next moment has come, each once. */
  lapses(now: number): Lapse<number>[] {
    return [...this.open].flatMap((transaction): Lapse<number>[] => {
      if (now >= transaction.expireAt) return [{ kind: 'expired', transaction }]
      if (now < transaction.stallAt || this.stalled.has(transaction)) return []
      return [{ kind: 'stalled', transaction }]
    })
  }

  nextAt(): number | undefined {
    const moments = [...this.open].map((t) => (this.stalled.has(t) ? t.expireAt : t.stallAt))
    return moments.length === 0 ? undefined : Math.min(...moments)
  }
}

function byErrand(lapses: readonly Lapse<number>[]): string[] {
  return lapses.map(({ kind, transaction }) => `${kind} ${transaction.transactionId}`).sort()
}

function run(table: TransactionTable<number>, model: Model, commands: readonly Command[]): void {
  let now = 0
  const wake = () => {
    const lapses = table.wake(now)
    expect(byErrand(lapses)).toEqual(byErrand(model.lapses(now)))
    for (const { kind, transaction } of lapses) {
      if (kind === 'stalled') model.stalled.add(transaction)
      else model.end(transaction)
    }
    expect(table.nextAt() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now)
  }
  for (const command of commands) {
    if (command.do === 'open') {
      const isFull = model.open.size === MAX_OPEN
      const opened = table.open(ENDPOINTS[command.to]!, command.errand, now)
      if (isFull) expect(opened).toBeUndefined()
      if (opened !== undefined) model.add(opened)
    } else if (command.do === 'settle') {
      expectSettled(command.id, ENDPOINTS[command.from]!)
    } else if (command.do === 'answer') {
      const asked = model.all[command.which]
      if (asked !== undefined) expectSettled(asked.transactionId, ENDPOINTS[command.from]!)
    } else if (command.do === 'cancel') {
      const asked = model.all[command.which]
      if (asked === undefined) continue
      const isOpen = model.open.has(asked)
      expect(table.cancel(asked)).toBe(isOpen)
      if (isOpen) model.end(asked)
    } else if (command.do === 'fail') {
      const to = ENDPOINTS[command.to]!
      const wanted = [...model.open].filter((t) => t.to === to)
      expect(table.failTo(to)).toEqual(wanted)
      for (const transaction of wanted) model.end(transaction)
    } else if (command.do === 'wait') {
      now += command.ms
      wake()
    } else {
      now = Math.max(now, table.nextAt() ?? now)
      wake()
    }
    expect(table.size).toBe(model.open.size)
    expect(table.nextAt()).toBe(model.nextAt())
  }

  function expectSettled(id: Uint8Array, from: Endpoint): void {
    const wanted = model.match(id, from)
    expect(table.settle(id, from, now)).toBe(wanted)
    if (wanted !== undefined) model.end(wanted)
  }
}

const MAX_OPEN = 3

describe('NET: transactions', () => {
  const anyCommands = fc.array(anyCommand, { maxLength: 60, size: 'max' })

  it('NET-4 NET-5 NET-18 NET-51 NET-52 NET-53 NET-58 NET-61: the table is its model', () => {
    fc.assert(
      fc.property(anyCommands, anyRandom(), (commands, random) => {
        const table = new TransactionTable<number>(narrow(random), { maxOpen: MAX_OPEN })
        const model = new Model()
        run(table, model, commands)
        // Silence: within the longest wait everything has ended, once, and no alarm is left.
        for (let at = table.nextAt(); at !== undefined; at = table.nextAt()) {
          for (const { kind, transaction } of table.wake(at)) {
            if (kind === 'expired') model.end(transaction)
          }
        }
        expect(table.size).toBe(0)
        for (const transaction of model.all) {
          expect(model.ends.get(transaction)).toBe(1)
          expect(transaction.expireAt - transaction.sentAt).toBeLessThanOrEqual(10_000)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('NET-60: what others do changes nothing for a transaction', () => {
    const others = fc.array(
      anyCommand.filter((command) => !('to' in command) || command.to !== 0),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(others, fc.integer({ min: 0, max: 1900 }), (commands, answeredAt) => {
        const alone = new TransactionTable<string>(seededRandom(1))
        const crowded = new TransactionTable<string>(seededRandom(1))
        const lone = alone.open(ENDPOINTS[0]!, 'mine', 0)!
        const mine = crowded.open(ENDPOINTS[0]!, 'mine', 0)!
        for (const command of commands) {
          if (command.do === 'open') crowded.open(ENDPOINTS[command.to]!, 'other', 0)
          if (command.do === 'fail') crowded.failTo(ENDPOINTS[command.to]!)
          if (command.do === 'settle') crowded.settle(command.id, ENDPOINTS[command.from]!, 0)
          if (command.do === 'answer') crowded.settle(mine.transactionId, ENDPOINTS[1]!, 0)
        }
        expect([mine.stallAt, mine.expireAt]).toEqual([lone.stallAt, lone.expireAt])
        const isMine = ({ transaction }: Lapse<string>) => transaction.errand === 'mine'
        const seen = crowded
          .wake(answeredAt)
          .filter(isMine)
          .map(({ kind }) => kind)
        expect(seen).toEqual(alone.wake(answeredAt).map(({ kind }) => kind))
        const answer = crowded.settle(mine.transactionId, ENDPOINTS[0]!, answeredAt)
        expect(answer).toBe(mine)
      }),
    )
  })

  it('NET-53: no other id and no other endpoint settles a transaction', () => {
    const anyId = fc.uint8Array({ minLength: 0, maxLength: 6 })
    fc.assert(
      fc.property(anyId, place, anyRandom(), (id, from, random) => {
        const table = new TransactionTable<string>(random)
        const { transactionId } = table.open(ENDPOINTS[0]!, 'mine', 0)!
        const isRight = same(id, transactionId) && from === 0
        expect(table.settle(id, ENDPOINTS[from]!, 1) !== undefined).toBe(isRight)
        for (const stranger of ENDPOINTS.slice(1)) {
          expect(table.settle(transactionId, stranger, 1)).toBeUndefined()
        }
        for (const wrong of [transactionId.slice(0, 3), Uint8Array.of(...transactionId, 0)]) {
          expect(table.settle(wrong, ENDPOINTS[0]!, 1)).toBeUndefined()
        }
      }),
    )
  })

  it('NET-3 NET-59: ids are unique among the open ones; exhausted, the table refuses', () => {
    fc.assert(
      fc.property(anyRandom(), (random) => {
        const table = new TransactionTable<number>(narrow(random))
        const seen = new Set<string>()
        for (let i = 0; i < 100; i++) {
          const opened = table.open(ENDPOINTS[0]!, i, 0)
          if (opened === undefined) continue
          expect(seen.has(String(opened.transactionId))).toBe(false)
          seen.add(String(opened.transactionId))
        }
        expect(seen.size).toBe(4)
        expect(table.open(ENDPOINTS[0]!, 100, 0)).toBeUndefined()
        expect(table.size).toBe(4)
      }),
    )
  })

  it('NET-59: ids are four bytes, as even as the source they come from', () => {
    const table = new TransactionTable<number>(seededRandom(59), { maxOpen: 20_000 })
    const counts = Array.from({ length: 4 }, () => new Array<number>(256).fill(0))
    const samples = 12_800
    for (let i = 0; i < samples; i++) {
      const { transactionId } = table.open(ENDPOINTS[0]!, i, 0)!
      for (const [at, byte] of transactionId.entries()) counts[at]![byte]!++
    }
    expect(counts.map((column) => column.reduce((sum, n) => sum + n))).toEqual(
      new Array(4).fill(samples),
    )
    const expected = samples / 256
    for (const column of counts) {
      const chiSquare = column.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
      // 255 degrees of freedom: beyond 350 with a probability of 1 in 12,000.
      expect(chiSquare).toBeLessThan(350)
    }
  })
})
