import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasPrefix, TableView } from '../../page/model/table-view.ts'
import type { BucketsChange, Member, MembersChange } from '../../src/protocol.ts'
import { anyShortId, bits, emptyBuckets, member, overlay } from './support/messages.ts'

const OWN = '5a5a'
const anyState = fc.constantFrom('good', 'questionable', 'bad')

const anyChange = fc
  .record({
    set: fc.array(fc.record({ id: anyShortId, state: anyState }), { maxLength: 5 }),
    removed: fc.array(anyShortId, { maxLength: 4 }),
  })
  .map(({ set, removed }) => ({
    kind: 'members' as const,
    family: 4 as const,
    set: set.map(({ id, state }) => member(id, { state })),
    removed,
  }))

const anyDepth = fc.integer({ min: 0, max: 6 })
const anyStep = fc.oneof(
  { weight: 5, arbitrary: anyChange },
  anyDepth.map((depth) => ({ kind: 'buckets' as const, depth })),
)

/** What the table must hold: members by id, nothing else. */
function applied(members: Map<string, Member>, { set, removed }: Omit<MembersChange, 'at'>): void {
  for (const id of removed) members.delete(id)
  for (const each of set) members.set(each.id, each)
}

function headsOf(depth: number): BucketsChange['buckets'] {
  return emptyBuckets(OWN, depth).map(({ members: _, waiting: __, ...head }) => head)
}

describe('a table in view', () => {
  it('PAGE-2: holds what the messages say, each contact in the bucket of its prefix', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const table = new TableView(overlay(OWN, 3))
        const expected = new Map<string, Member>()
        for (const [at, step] of steps.entries()) {
          if (step.kind === 'buckets') {
            table.applyBuckets({ ...step, at, family: 4, id: OWN, buckets: headsOf(step.depth) })
          } else {
            table.applyMembers({ ...step, at })
            applied(expected, step)
          }
        }
        expect(table.size).toBe(expected.size)
        const found = table.buckets.flatMap((bucket) => {
          const { prefix } = bucket.head
          const members = bucket.members()
          expect(members.every(({ id }) => bits(id).startsWith(prefix))).toBe(true)
          expect(bucket.count).toBe(members.length)
          return members
        })
        expect(new Map(found.map((each) => [each.id, each]))).toEqual(expected)
      }),
    )
  })

  it('PAGE-2: leaves each contact in its slot while the buckets stay', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 30 }), (changes) => {
        const table = new TableView(overlay(OWN, 3))
        for (const [at, change] of changes.entries()) {
          const former = slotsOf(table)
          table.applyMembers({ ...change, at })
          const removed = new Set(change.removed)
          const now = slotsOf(table)
          for (const [id, slot] of former) if (!removed.has(id)) expect(now.get(id)).toBe(slot)
        }
      }),
    )
  })

  it('puts a replacement where the evicted contact was, and remembers that one', () => {
    const table = new TableView(overlay(OWN, 0))
    table.applyMembers({ kind: 'members', at: 1, family: 4, set: ids('1111', '2222'), removed: [] })
    table.applyMembers({ kind: 'members', at: 5, family: 4, set: ids('3333'), removed: ['1111'] })
    const [bucket] = table.buckets
    expect(bucket?.slots.map((slot) => slot?.member.id)).toEqual(['3333', '2222'])
    expect(bucket?.departed.get(0)).toMatchObject({ at: 5, member: { id: '1111' } })
    expect(table.find('3333')?.addedAt).toBe(5)
  })

  it('keeps the age of a contact that changes', () => {
    const table = new TableView(overlay(OWN, 0))
    table.applyMembers({ kind: 'members', at: 1, family: 4, set: ids('1111'), removed: [] })
    const bad = member('1111', { state: 'bad' })
    table.applyMembers({ kind: 'members', at: 9, family: 4, set: [bad], removed: [] })
    expect(table.find('1111')).toEqual({ member: bad, addedAt: 1 })
  })

  it('leaves out a contact for which no bucket is there', () => {
    const table = new TableView({ family: 4, id: OWN, buckets: [] })
    table.applyMembers({ kind: 'members', at: 1, family: 4, set: ids('1111'), removed: [] })
    expect(table.size).toBe(0)
  })

  it('knows prefixes', () => {
    expect(hasPrefix('8000', '10')).toBe(true)
    expect(hasPrefix('8000', '11')).toBe(false)
    expect(hasPrefix('8000', '')).toBe(true)
  })
})

function ids(...all: string[]): Member[] {
  return all.map((id) => member(id))
}

function slotsOf(table: TableView): Map<string, string> {
  return new Map(
    table.buckets.flatMap(({ head, slots }) =>
      slots.flatMap((slot, index) =>
        slot === undefined ? [] : [[slot.member.id, `${head.prefix}/${index}`] as const],
      ),
    ),
  )
}
