// The properties of a table in the models of the original, restated for a table without ranges and
// timers: only `snapshot` shows its state, and standing is computed. The expected result is
// computed from the snapshot alone.

import { idFromBigInt, idToBigInt } from '@dht/id'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type TableSnapshot } from '../../src/index.ts'
import { prefixOf, spansOf, textOf } from '../support/active.ts'
import {
  anyScript,
  byDistance,
  id,
  type Node,
  node,
  play,
  type Script,
  sharedBits,
  tightScript,
} from '../support/world.ts'

const T = 900_000
const everyScript = fc.constantFrom(1, 1, 2, 20, 32).chain((width) => anyScript(width, 30))
const tableFor = ({ self, options }: Script) => new RoutingTable<Node>(self, options)
const random = (length: number) => new Uint8Array(length)

type State = TableSnapshot<Node>
const entriesOf = ({ buckets }: State) => buckets.flatMap(({ members }) => members)
const nodesOf = (state: State) => entriesOf(state).map(({ contact }) => contact)
const text = (nodes: readonly Node[]) => nodes.map((each) => `${each.id} ${each.address}`).sort()

/** Runs a script and passes the states before and after each step. */
function watch(
  script: Script,
  look: (all: { table: RoutingTable<Node>; before: State; after: State; now: number }) => void,
): void {
  const table = tableFor(script)
  let before = table.snapshot()
  play(table, script, (_, now) => {
    const after = table.snapshot()
    look({ table, before, after, now })
    before = after
  })
}

describe('ranges', () => {
  it('RT-6, RT-13: the ranges are our own and the siblings on the way to it, and no others', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        watch(script, ({ after: { self, buckets } }) => {
          const bits = 8 * self.length
          const depth = buckets.length - 1
          const own = idToBigInt(self)
          const low = (at: bigint, length: number) =>
            (at >> BigInt(bits - length)) << BigInt(bits - length)
          const expected = buckets.map((_, index) =>
            index === depth
              ? `${low(own, depth)}/${depth}`
              : `${low(own ^ (1n << BigInt(bits - index - 1)), index + 1)}/${index + 1}`,
          )
          const seen = buckets.map(({ prefix }) => `${idToBigInt(prefix.base)}/${prefix.length}`)
          expect(seen).toEqual(expected)
        })
      }),
    )
  })

  it('RT-9, META-9: the bucket of any id has the members that share as many bits with it', () => {
    const anyIds = fc.array(fc.nat({ max: 255 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(everyScript, anyIds, (script, bytes) => {
        const table = tableFor(script)
        play(table, script)
        const state = table.snapshot()
        const depth = state.buckets.length - 1
        const strangers = bytes.map((byte) => {
          const distance = BigInt(byte) << BigInt(8 * (script.self.length - 1) * (byte % 2))
          return idFromBigInt(idToBigInt(script.self) ^ distance, script.self.length)
        })
        for (const each of [...nodesOf(state).map((one) => one.id), ...strangers]) {
          const level = Math.min(sharedBits(each, script.self), depth)
          const there = nodesOf(state).filter(
            (one) => Math.min(sharedBits(one.id, script.self), depth) === level,
          )
          const home = state.buckets[level]!.members.map(({ contact }) => contact)
          expect(text(home)).toEqual(text(there))
        }
      }),
    )
  })
})

describe('members', () => {
  it('META-4, META-15: the contacts with a standing are the members, in every method', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        watch(script, ({ table, before, after, now }) => {
          expect(text([...table.members()])).toEqual(text(nodesOf(after)))
          for (const one of nodesOf(after)) {
            const isWhole = table.get(one.id) === one && table.standing(one.id, now) !== undefined
            if (!isWhole) expect.fail(`${one.id} is no whole member`)
          }
          // Nothing is kept of a contact that has left.
          const kept = text(nodesOf(after).map((one) => ({ ...one, address: '' })))
          for (const one of nodesOf(before)) {
            if (kept.includes(text([{ ...one, address: '' }])[0]!)) continue
            expect(table.get(one.id)).toBeUndefined()
            expect(table.standing(one.id, now)).toBeUndefined()
          }
          // Each range has its due time: that of the quietest is announced, or an earlier one.
          const spans = spansOf(after.buckets, { k: script.options.k ?? 8 })
          const active = spans.map(({ activeAt }) => activeAt)
          expect(table.nextRefreshAt()).toBeLessThanOrEqual(Math.min(...active) + T)
        })
      }),
    )
  })

  it('META-5, META-6, STATE-2: closest are the nearest that are not bad, all or `count`', () => {
    const count = fc.constantFrom(0, 1, 2, 3, 8, 1000)
    fc.assert(
      fc.property(everyScript, count, fc.nat({ max: 255 }), (script, most, byte) => {
        const table = tableFor(script)
        const now = play(table, script)
        const target = idFromBigInt(BigInt(byte), script.self.length)
        const eligible = nodesOf(table.snapshot())
          .filter((one) => table.standing(one.id, now) !== 'bad')
          .sort(byDistance(target))
        const found = table.closest(target, most)
        expect(found).toEqual(eligible.slice(0, most))
        expect(found).toHaveLength(Math.min(most, eligible.length))
      }),
    )
  })

  it('META-12: a contact joins as the replaced one leaves, and no other changes', () => {
    const census = new Census('routing-table-replacements', { replaced: 8 })
    fc.assert(
      fc.property(tightScript, (script) => {
        const table = tableFor(script)
        let before = table.snapshot()
        play(table, script, (step, _, answer) => {
          const after = table.snapshot()
          const { kind, evicted, by } = (answer ?? {}) as {
            readonly kind?: string
            readonly evicted?: Node
            readonly by?: Node
          }
          if (kind === 'replaced' && 'node' in step) {
            census.count('replaced')
            const gone = nodesOf(before).filter((one) => one !== evicted)
            expect(text(nodesOf(after))).toEqual(text([...gone, by ?? step.node]))
          }
          before = after
        })
      }),
    )
    expect(census.close()).toEqual([])
  })

  it('META-12: a member, and its id at another address, replace no member', () => {
    const table = new RoutingTable<Node>(id(0), { k: 2, addressOf: ({ address }) => address })
    for (const byte of [0x80, 0x90, 0x40]) table.responded(node(byte), 0)
    table.failed(node(0x90), 1)
    table.failed(node(0x90), 1)
    expect(table.standing(id(0x90), 1)).toBe('bad')
    expect(table.responded(node(0x80), 2).kind).toBe('updated')
    expect(table.responded(node(0x80, 'elsewhere'), 2).kind).toBe('waiting')
    expect(text([...table.members()])).toEqual(text([0x80, 0x90, 0x40].map((byte) => node(byte))))
  })
})

describe('admission', () => {
  it('STATE-3: our own id does not change, whatever happens to the bytes given', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const given = script.self.slice() as Node['id']
        const table = new RoutingTable<Node>(given, script.options)
        given.fill(0xff)
        const own = String(script.self)
        play(table, script, () => expect(String(table.self)).toBe(own))
        expect(table.snapshot().self).toEqual(script.self)
      }),
    )
  })

  it('STATE-4: a response renews a member, but not from another address', () => {
    fc.assert(
      fc.property(everyScript, fc.nat(), fc.nat({ max: 10 }), (script, which, later) => {
        const table = tableFor(script)
        const now = play(table, script) + later
        const before = table.snapshot()
        const entries = entriesOf(before)
        const known = entries[which % entries.length]
        if (known === undefined) return
        const others = entries.filter((one) => one !== known).map((one) => JSON.stringify(one))
        const elsewhere = { ...known.contact, address: 'nowhere else' }
        if (table.standing(elsewhere.id, now) !== 'bad') {
          expect(table.responded(elsewhere, now).kind).toMatch(/waiting|refused/)
          expect(entriesOf(table.snapshot())).toEqual(entries)
        }
        expect(table.responded(known.contact, now).kind).toBe('updated')
        const after = entriesOf(table.snapshot())
        const lastSeenAt = Math.max(known.lastSeenAt, now)
        const touched = { ...known, failures: 0, lastSeenAt, respondedAt: now }
        expect(after.map((one) => JSON.stringify(one)).sort()).toEqual(
          [...others, JSON.stringify(touched)].sort(),
        )
        table.forget(known.contact.id)
        expect(table.responded(known.contact, now)).toEqual({ kind: 'added' })
      }),
    )
  })

  it('STATE-10: an active range is not refreshed; a quiet one is, empty or not', () => {
    fc.assert(
      fc.property(everyScript, fc.constantFrom(0, 1, T - 1, T, T + 1), (script, later) => {
        const table = tableFor(script)
        const now = play(table, script) + later
        const before = table.snapshot()
        const spans = spansOf(before.buckets, { k: script.options.k ?? 8 })
        const quiet = spans.filter(({ activeAt }) => now >= activeAt + T)
        const refresh = table.takeRefresh(now, random)
        const after = table.snapshot()
        if (quiet.length === 0) {
          expect(refresh).toBeUndefined()
          expect(after).toEqual(before)
          return
        }
        const taken = textOf(refresh!.prefix.base, refresh!.prefix.length)
        const span = quiet.find((each) => prefixOf(each, before.self) === taken)
        const buckets = before.buckets.map((bucket) =>
          span?.buckets.includes(bucket) ? { ...bucket, refreshedAt: now } : bucket,
        )
        expect(span).toBeDefined()
        expect(after).toEqual({ ...before, buckets })
      }),
    )
  })

  it('STATE-11: which member is replaced does not depend on the order in which they came', () => {
    const failures = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 })
    const seen = fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 })
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
    fc.assert(
      fc.property(failures, seen, order, (counts, moments, sequence) => {
        const evicted = [[0, 1, 2, 3], sequence].map((places) => {
          const table = new RoutingTable<Node>(id(0), { k: 4 })
          for (const at of places) table.responded(node(0x80 + at), moments[at]!)
          table.responded(node(0x40), 0)
          for (const at of places) {
            for (let n = 0; n < counts[at]!; n++) table.failed(node(0x80 + at), 3)
          }
          const answer = table.responded(node(0xf0), 3)
          return answer.kind === 'replaced' ? answer.evicted.id[0]! - 0x80 : undefined
        })
        // Most failures, then seen longest ago, then the nearer to us.
        const [worst] = [0, 1, 2, 3]
          .filter((at) => counts[at]! >= 2)
          .sort((a, b) => counts[b]! - counts[a]! || moments[a]! - moments[b]! || a - b)
        expect(evicted).toEqual([worst, worst])
      }),
    )
  })
})
