// Which contacts wait in the replacement cache of a bucket when it is full: in worlds of one byte.

import { idToHex } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable } from '../../src/index.ts'
import { newTable } from '../support/tables.ts'
import { anyScript, type Node, node, play } from '../support/world.ts'

/** The ids of those that wait in our own bucket. */
const waiting = (table: RoutingTable<Node>): string[] =>
  table
    .snapshot()
    .buckets.at(-1)!
    .waiting.map(({ contact }) => idToHex(contact.id))

describe('a full replacement cache', () => {
  it('STATE-62: a newcomer with room waits, though all that wait have responded', () => {
    // One bucket, which is our own; none of these shares a bit with us.
    const table = newTable({ cacheSize: 2 })
    for (const byte of [0x80, 0x90, 0xa0, 0xb0]) table.responded(node(byte), 0)
    expect(table.snapshot().buckets).toHaveLength(1)
    expect(waiting(table)).toEqual(['a0', 'b0'])

    expect(table.queried(node(0xc0), 1)).toEqual({ kind: 'refused', reason: 'full' })
    expect(table.queried(node(0x40), 1)).toEqual({ kind: 'waiting' })
    expect(waiting(table)).toEqual(['40', 'b0'])
    // Many such ids displace only their own kind.
    expect(table.queried(node(0x41), 1)).toEqual({ kind: 'waiting' })
    expect(waiting(table)).toEqual(['41', 'b0'])
    expect(table.takeCheck(1)).toEqual(node(0x41))
    expect(table.responded(node(0x41), 2)).toEqual({ kind: 'added' })
  })

  it('STATE-62: a contact that was refused as full finds no room when it responds', () => {
    fc.assert(
      fc.property(anyScript(1, 60), (script) => {
        const cacheSize = Math.max(1, script.options.cacheSize!)
        const table = new RoutingTable<Node>(script.self, { ...script.options, cacheSize })
        play(table, script, (step, now, answer) => {
          if (step.kind !== 'queried') return
          const { kind, reason } = answer as { readonly kind: string; readonly reason?: string }
          if (kind !== 'refused' || reason !== 'full') return
          expect(table.responded(step.node, now).kind).not.toBe('added')
        })
      }),
    )
  })
})
