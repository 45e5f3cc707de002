// Items of BEP 44 in one network of our nodes and nodes of another implementation (bittorrent-dht
// 11): each gets what the other has put. The oracle is what was put.

import type { Host } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { ItemAuthor } from '../support/item-author.ts'
import { asGot, MixedItems } from '../support/mixed-items.ts'
import type { ForeignHost } from '../support/mixed-world.ts'

const PATIENT = { timeout: 60_000 }
const K = 8
const author = new ItemAuthor(7)

const WHOLE = { seed: 11, loss: 0 }
const LOSSY = { seed: 12, loss: 0.05 }

const CASES = [
  { name: 'immutable', kind: WHOLE, item: (text: string) => author.immutable(text) },
  { name: 'mutable', kind: WHOLE, item: (text: string) => author.mutable(text, 1) },
  { name: 'with a salt', kind: WHOLE, item: (text: string) => author.mutable(text, 1, 'salt') },
  { name: '5 percent lost', kind: LOSSY, item: (text: string) => author.mutable(text, 1, 'salt') },
]

const ourNodes = ({ mixed }: MixedItems): [Host, Host] => mixed.world.honest.slice(3, 5) as never
const theirs = ({ foreign }: MixedItems): [ForeignHost, ForeignHost] => foreign as never

describe('items in a network with foreign nodes', PATIENT, () => {
  it.each(CASES)('SIM-I1: what ours put, foreign nodes get: $name', ({ kind, item }) => {
    const written = item('ours')
    const items = new MixedItems(kind, written)
    const [writer] = ourNodes(items)
    const { accepted } = items.putByOurs(writer, written)

    const ofForeign = items.foreign.filter(({ host }) =>
      accepted.some(({ endpoint }) => endpoint.address === host.endpoint.address),
    )
    expect(accepted.length).toBeGreaterThanOrEqual(kind.loss === 0 ? K : K - 2)
    if (kind.loss === 0) expect(ofForeign).toHaveLength(2)
    for (const each of ofForeign) expect(each.node.putsAt(written.target)).toBeGreaterThan(0)
    for (const each of items.foreign) expect(items.getByThem(each, written)).toEqual(asGot(written))
    expect(items.checker.violations).toEqual([])
  })

  it.each(CASES)('SIM-I1: what foreign nodes put, all of ours get: $name', (each) => {
    const written = each.item('theirs')
    const items = new MixedItems(each.kind, written)
    const [one, other] = theirs(items)
    const count = items.putByThem(one, written)
    expect(count).toBeGreaterThanOrEqual(K)
    expect(items.allOurs(written)).toEqual(items.mixed.world.honest.map(() => asGot(written)))
    expect(items.getByThem(other, written)).toEqual(asGot(written))
    const [responded] = items.foreignInvariants.map((invariant) => invariant.responded)
    expect(responded!.put).toBeGreaterThanOrEqual(K)
    expect(responded!.get).toBeGreaterThanOrEqual(K)
    expect(items.checker.violations).toEqual([])
  })

  it('SIM-I1: the newest version wins, whoever puts it', () => {
    const first = author.mutable('1', 1)
    const items = new MixedItems({ seed: 13, loss: 0 }, first)
    const [writer, reader] = ourNodes(items)
    const [one, other] = theirs(items)
    for (let seq = 1; seq <= 6; seq++) {
      const written = author.mutable(String(seq), seq)
      if (seq % 2 === 1) items.putByOurs(writer, written)
      else items.putByThem(one, written)
      expect(items.getByOurs(reader, written)).toEqual(asGot(written))
      expect(items.getByThem(other, written)).toEqual(asGot(written))
    }
    // An older version is refused by both, and the newest is still got.
    const { accepted, refused } = items.putByOurs(writer, author.mutable('old', 2))
    expect(accepted).toEqual([])
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set([302]))
    expect(items.getByOurs(reader, first)).toEqual({ text: '6', seq: 6 })
  })
})
