// What is told of a table by and by, and what the page then knows of it.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TableView } from '../../page/model/table-view.ts'
import { TableChanges } from '../../src/messages/table-messages.ts'
import type { Member, Overlay, Peer } from '../../src/protocol.ts'
import { anyShortId, bits, emptyBuckets, member } from './support/messages.ts'

const OWN = '5a5a'

interface AnyTable {
  readonly depth: number
  readonly ids: readonly string[]
  readonly waiting: readonly string[]
  readonly state: Member['state']
}

const parts = {
  depth: fc.integer({ min: 0, max: 5 }),
  ids: fc.uniqueArray(anyShortId, { maxLength: 12 }),
  waiting: fc.array(anyShortId, { maxLength: 8 }),
  state: fc.constantFrom('good', 'bad'),
}

const anyTable: fc.Arbitrary<AnyTable> = fc.record(parts)

/** What changes from one table to the next; the rest stays. */
const anyChange: fc.Arbitrary<Partial<AnyTable>> = fc.record(parts, { requiredKeys: [] })

function overlayOf({ depth, ids, waiting, state }: AnyTable): Overlay {
  const buckets = emptyBuckets(OWN, depth).map((bucket) => {
    const isIn = (id: string): boolean => bits(id).startsWith(bucket.prefix)
    const members = ids.filter(isIn).map((id) => member(id, { state }))
    return { ...bucket, members, waiting: waiting.filter(isIn).map(peer) }
  })
  return { family: 4, id: OWN, buckets }
}

function peer(id: string): Peer {
  return { id, endpoint: `192.0.2.2:${1000 + Number.parseInt(id, 16) / 16}` }
}

/** The same of a table that was told and of one in view: members in any order. */
function asTold(
  buckets: readonly { prefix: string; members: Member[]; waiting: readonly Peer[] }[],
) {
  return buckets.map(({ prefix, members, waiting }) => {
    return { prefix, members: members.toSorted((a, b) => (a.id < b.id ? -1 : 1)), waiting }
  })
}

it('PAGE-10: a table in view is the one that was told last, whatever has changed', () => {
  fc.assert(
    fc.property(anyTable, fc.array(anyChange, { minLength: 1, maxLength: 12 }), (first, others) => {
      const changes = new TableChanges()
      const begun = overlayOf(first)
      changes.told(begun)
      const view = new TableView(begun)
      let table = first
      for (const [at, other] of others.entries()) {
        table = { ...table, ...other }
        const overlay = overlayOf(table)
        for (const message of changes.changes(overlay, at)) {
          if (message.kind === 'buckets') view.applyBuckets(message)
          else if (message.kind === 'waiting') view.applyWaiting(message)
          else view.applyMembers(message)
        }
        const shown = view.buckets.map((bucket) => {
          return { prefix: bucket.head.prefix, members: bucket.members(), waiting: bucket.waiting }
        })
        const told = overlay.buckets.map((bucket) => ({ ...bucket, members: [...bucket.members] }))
        expect(asTold(shown)).toEqual(asTold(told))
        expect(changes.changes(overlay, at)).toEqual([])
      }
    }),
  )
})
