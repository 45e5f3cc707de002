// What holds for a table whatever it is told, in any order, at any instant.

import { idToHex } from '@dht/id'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type TableEntrySnapshot, type TableSnapshot } from '../../src/index.ts'
import { prefixOf, spansOf, textOf } from '../support/active.ts'
import {
  anyScript,
  type Node,
  play,
  type Script,
  tightScript,
  violations,
} from '../support/world.ts'

const limitsOf = ({ options }: Script) => ({
  k: options.k ?? 8,
  cacheSize: options.cacheSize ?? options.k ?? 8,
})

const tableFor = (script: Script) => new RoutingTable<Node>(script.self, script.options)

const everyScript = fc.constantFrom(1, 1, 2, 20, 32).chain((width) => anyScript(width))

const membersOf = (state: TableSnapshot<Node>) => state.buckets.flatMap(({ members }) => members)

describe('after every step of any script', () => {
  it('RT-15, RT-16, RT-17, RT-50, RT-51, RT-54, RT-55, STATE-8, STATE-52: valid', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        play(table, script, () => {
          const found = violations(table.snapshot(), limitsOf(script))
          if (found.length > 0) expect(found).toEqual([])
        })
      }),
    )
  })

  it('RT-12, META-55: size, members, get, standing and snapshot show the same members', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        play(table, script, (_, now) => {
          const members = membersOf(table.snapshot())
          expect(table.size).toBe(members.length)
          const listed = table.snapshot().buckets.toReversed()
          const contacts = listed.flatMap((bucket) => bucket.members.map(({ contact }) => contact))
          const isListed = [...table.members()].every((each, at) => each === contacts[at])
          const isKnown = ({ contact }: { contact: Node }) =>
            table.get(contact.id) === contact && table.standing(contact.id, now) !== undefined
          expect([isListed, members.every(isKnown)]).toEqual([true, true])
        })
      }),
    )
  })

  it('META-55: a table has no live contacts exactly when `closest` is empty', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        play(table, script, () => {
          const verified = new Set(
            table.closest(table.self, Infinity, { verifiedOnly: true }).map(({ id }) => id),
          )
          for (const { id } of table.members()) {
            expect(table.hasResponded(id)).toBe(verified.has(id))
          }
          expect(table.hasNoLiveContacts).toBe(table.closest(table.self, 1).length === 0)
        })
      }),
    )
  })

  it('META-51: a contact that never responded is not good; META-7: standing is as defined', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        const answered = new Set<string>()
        play(table, script, (step, now, answer) => {
          if (step.kind === 'responded') answered.add(idToHex(step.node.id))
          const isAnswer = step.kind === 'check' && step.outcome === 'answers'
          if (isAnswer && answer !== undefined) answered.add(idToHex((answer as Node).id))
          if (step.kind === 'check' && step.outcome === 'other id') {
            for (const { contact, lastSeenAt } of membersOf(table.snapshot())) {
              if (lastSeenAt === now) answered.add(idToHex(contact.id))
            }
          }
          for (const { contact, lastSeenAt, failures } of membersOf(table.snapshot())) {
            const standing = table.standing(contact.id, now)
            if (standing === 'good') expect(answered).toContain(idToHex(contact.id))
            const byTime = now < lastSeenAt + 900_000 ? 'good' : 'questionable'
            expect(standing).toBe(failures >= 2 ? 'bad' : byTime)
          }
        })
      }),
    )
  })

  it('RT-57: prefixes are only ever refined', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        const prefixes = () =>
          table.snapshot().buckets.map(({ prefix }) => `${prefix.base}/${prefix.length}`)
        let before = prefixes()
        play(table, script, () => {
          const after = prefixes()
          expect(after.length).toBeGreaterThanOrEqual(before.length)
          const kept = before.slice(0, -1)
          expect(after.slice(0, kept.length).join(' ')).toBe(kept.join(' '))
          before = after
        })
      }),
    )
  })

  it('STATE-58, META-14: only a bad member leaves, and for a contact that responded', () => {
    const census = new Census('routing-table-departures', { gone: 6 })
    fc.assert(
      fc.property(fc.oneof(everyScript, tightScript), (script) => {
        const table = tableFor(script)
        let before = new Map<string, number>()
        play(table, script, (step, now) => {
          const members = membersOf(table.snapshot())
          const after = new Map(members.map((m) => [idToHex(m.contact.id), m.failures]))
          const gone = [...before].filter(([key]) => !after.has(key))
          if (step.kind !== 'forget') {
            expect(after.size).toBeGreaterThanOrEqual(before.size)
            for (const [key, failures] of gone) {
              const isLastFailure = step.kind === 'failed' || step.kind === 'check'
              expect(failures, key).toBeGreaterThanOrEqual(isLastFailure ? 1 : 2)
            }
            census.count('gone', gone.length)
            const come = members.filter(({ contact }) => !before.has(idToHex(contact.id)))
            if (step.kind !== 'restore') {
              // STATE-54: only a contact that responded joins, and to replace a member it must be
              // good.
              for (const { lastSeenAt } of come) expect(lastSeenAt).toBeGreaterThanOrEqual(0)
              if (gone.length > 0) {
                for (const { lastSeenAt } of come) expect(lastSeenAt).toBeGreaterThan(now - 900_000)
              }
            }
          }
          before = after
        })
      }),
    )
    expect(census.close()).toEqual([])
  })

  it('RT-63: a snapshot never changes afterwards', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        const taken: [TableSnapshot<Node>, string][] = []
        play(table, script, () => {
          const state = table.snapshot()
          taken.push([state, JSON.stringify(state)])
        })
        for (const [state, was] of taken) expect(JSON.stringify(state) === was).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('STATE-59, STATE-52: one check of a bucket at a time, and one a second', () => {
    fc.assert(
      fc.property(everyScript, (script) => {
        const table = tableFor(script)
        const startedAt = new Map<number, number[]>()
        let before = table.snapshot().buckets
        play(table, script, (_, now) => {
          const after = table.snapshot().buckets
          after.forEach((bucket, index) => {
            const old = before[Math.min(index, before.length - 1)]!
            if (bucket.checkedAt === old.checkedAt) return
            // A new check: the last one was settled, or had lapsed; and a second has passed.
            expect(now).toBeGreaterThanOrEqual(old.checkedAt + 1_000)
            const lasts = startedAt.get(index) ?? []
            startedAt.set(index, [...lasts, now])
          })
          before = after
        })
        for (const starts of startedAt.values()) {
          expect(new Set(starts).size).toBe(starts.length)
        }
      }),
    )
  })
})

describe('bounds of what is due', () => {
  it('STATE-8, META-55: nextCheckAt is never late: before it there is no check', () => {
    fc.assert(
      fc.property(everyScript, fc.double({ min: 0, max: 1, noNaN: true }), (script, share) => {
        const table = tableFor(script)
        const now = play(table, script)
        const at = table.nextCheckAt()
        const probe = at === undefined ? now + 1e9 : now + (at - now) * share
        if (at !== undefined && (probe >= at || at <= now)) return
        // A bound can be too early by memory; a table that is told the same anew has none yet.
        const fresh = tableFor(script)
        play(fresh, script)
        expect(exhaustiveCheck(fresh.snapshot(), limitsOf(script).k, probe)).toBe(false)
      }),
    )
  })

  it('REFRESH-1, META-56: nextRefreshAt is never late; after all were taken none is quiet', () => {
    fc.assert(
      fc.property(everyScript, fc.nat({ max: 2_000_000 }), (script, later) => {
        const table = tableFor(script)
        const now = play(table, script) + later
        const { buckets, self } = table.snapshot()
        const spans = spansOf(buckets, limitsOf(script))
        const quiet = spans.filter(({ activeAt }) => now >= activeAt + 900_000)
        if (quiet.length > 0) expect(table.nextRefreshAt()).toBeLessThanOrEqual(now)
        const taken = new Set<string>()
        for (;;) {
          const refresh = table.takeRefresh(now, (length) => new Uint8Array(length).fill(0xa5))
          if (refresh === undefined) break
          expect(refresh.prefix.contains(refresh.target)).toBe(true)
          taken.add(textOf(refresh.prefix.base, refresh.prefix.length))
        }
        // META-57, REFRESH-3, REFRESH-4: each quiet span once, empty or not, and no other.
        const due = quiet.map((span) => prefixOf(span, self))
        expect([...taken].sort()).toEqual(due.sort())
        expect(table.nextRefreshAt()).toBeGreaterThan(now)
      }),
    )
  })
})

/** Whether any bucket wants a check at `now`, from the rules and the snapshot alone. */
function exhaustiveCheck({ self, buckets }: TableSnapshot<Node>, k: number, now: number): boolean {
  return buckets.some((bucket, index) => {
    const { members, checkedAt, checking, checkingSince } = bucket
    if (now < checkedAt + 1_000) return false
    const mayCheckMember = checking === undefined || now >= checkingSince + 30_000
    const alive = members.filter(({ failures }) => failures < 2)
    const aliveIds = alive.map(({ contact }) => idToHex(contact.id))
    const isClaim = ({ contact }: { contact: Node }) => aliveIds.includes(idToHex(contact.id))
    if (mayCheckMember && members.some((member) => now >= askedAgainAt(member))) return true
    if (mayCheckMember && bucket.waiting.some(isClaim)) return true
    const candidates = bucket.waiting.filter(
      (each) => each.messagesSinceCheck > 0 && !isClaim(each),
    )
    if (candidates.length === 0) return false
    if (members.length < k || alive.length < members.length) return true
    if (index < buckets.length - 1) return false
    // Our own bucket splits for a waiting contact when they differ above the depth of the last
    // split.
    return candidates.some(({ contact }) => {
      const all = [...members.map((m) => m.contact), contact]
      const depths = all.map((each) => commonBits(each.id, self))
      return new Set(depths).size > 1 && Math.min(...depths) < 32
    })
  })
}

/** After 15 minutes of silence; a bad member is not checked. */
function askedAgainAt({ lastSeenAt, failures }: TableEntrySnapshot<Node>): number {
  return failures < 2 ? lastSeenAt + 900_000 : Infinity
}

function commonBits(a: Uint8Array, b: Uint8Array): number {
  for (let bit = 0; bit < 8 * a.length; bit++) {
    const mask = 0x80 >> (bit & 7)
    if (((a[bit >> 3]! ^ b[bit >> 3]!) & mask) !== 0) return bit
  }
  return 8 * a.length
}
