import { describe, expect, it } from 'vitest'
import { lookupGeometry, referralPath } from '../../page/geometry/lookup-geometry.ts'
import type { LookupRow } from '../../page/model/lookup-row.ts'
import { fateCounts, kindCounts, lookupView, peerKey } from '../../page/model/lookup-view.ts'
import { barText, lookupWords, queryWords, rowWords } from '../../page/model/lookup-words.ts'
import { pathTo, referralTree } from '../../page/model/referral-tree.ts'
import type { LookupHead, LookupStep, Peer } from '../../src/protocol.ts'

const LOOKUP: LookupHead = { id: 1, target: '0000', family: 4, purpose: 'user' }

function peer(id: string): Peer {
  return { id, endpoint: `192.0.2.${Number.parseInt(id.slice(2), 16) % 256}:1` }
}

const [far, middle, near, silent, unasked] = ['8000', '0800', '0001', '0100', '4000'].map(peer) as [
  Peer,
  Peer,
  Peer,
  Peer,
  Peer,
]

function responded(contact: Peer, at: number, closer: readonly Peer[]): LookupStep {
  const rest = { verdict: 'counted', roundTripMs: 7, unusable: 0, values: 0, hasToken: true }
  return { kind: 'responded', at, contact, phase: 'approach', responder: contact, closer, ...rest }
}

function queried(contact: Peer, at: number): LookupStep {
  return { kind: 'queried', at, contact, phase: 'approach', waits: false }
}

const STEPS: readonly LookupStep[] = [
  { kind: 'started', at: 100, startingContacts: [far] },
  queried(far, 100),
  responded(far, 110, [middle, silent, unasked]),
  queried(middle, 110),
  queried(silent, 111),
  { kind: 'stalled', at: 150, contact: middle, phase: 'approach' },
  responded(middle, 160, [near, silent]),
  queried(near, 160),
  responded(near, 170, []),
  { kind: 'failed', at: 200, contact: silent, phase: 'approach', reason: 'timeout' },
  { kind: 'ended', at: 200, closest: [near, middle], incompleteReasons: ['late'] },
]

describe('a lookup in view', () => {
  const view = lookupView(LOOKUP, STEPS)

  it('has a row for each contact, with its fate and who told it first', () => {
    const rows = view.rows.map(({ peer: { id }, fate, toldBy }) => [id, fate, toldBy])
    expect(rows).toEqual([
      ['8000', 'responded', undefined],
      ['0800', 'late', peerKey(far)],
      ['0100', 'failed', peerKey(far)],
      ['4000', 'unneeded', peerKey(far)],
      ['0001', 'responded', peerKey(middle)],
    ])
    expect(view.rows.map(({ place }) => place)).toEqual([undefined, 1, undefined, undefined, 0])
    const [query] = view.byKey.get(peerKey(middle))?.queries ?? []
    expect(query).toMatchObject({ kind: 'approach', told: 2, news: 1, stalledAt: 150 })
    expect(view).toMatchObject({ startedAt: 100, endedAt: 200, incompleteReasons: ['late'] })
    expect(fateCounts(view)).toMatchObject({ responded: 2, late: 1, failed: 1, unneeded: 1 })
  })

  it('PAGE-3: at an instant is what its steps until then make', () => {
    for (let until = 99; until <= 201; until++) {
      const before = STEPS.filter(({ at }) => at <= until)
      const { startedAt: _, ...expected } = lookupView(LOOKUP, before)
      const { startedAt: __, ...got } = lookupView(LOOKUP, STEPS, until)
      expect({ ...got, lastAt: 0 }).toEqual({ ...expected, lastAt: 0 })
    }
  })

  it('counts a contact as open, then stalled, before its response', () => {
    expect(fateCounts(lookupView(LOOKUP, STEPS, 149))).toMatchObject({ open: 2, known: 1 })
    expect(fateCounts(lookupView(LOOKUP, STEPS, 150))).toMatchObject({ open: 1, stalled: 1 })
  })

  it('finds the place of a node that answered under another id', () => {
    const steps: LookupStep[] = [
      queried(far, 0),
      { ...responded(far, 1, []), responder: near } as LookupStep,
      { kind: 'ended', at: 2, closest: [near], incompleteReasons: [] },
    ]
    expect(lookupView(LOOKUP, steps).rows[0]).toMatchObject({
      queries: [{ otherId: '0001' }],
      place: 0,
    })
  })
})

describe('a lookup with a sweep', () => {
  const sweep = { phase: 'sweep' } as const
  const [one, other] = [
    { ...sweep, toward: '0777' },
    { ...sweep, toward: '0666' },
  ]
  const steps: readonly LookupStep[] = [
    { kind: 'started', at: 0, startingContacts: [far, middle] },
    queried(far, 0),
    responded(far, 10, []),
    { ...queried(middle, 10), ...sweep },
    { ...queried(far, 10), ...one },
    { ...queried(far, 20), ...other },
    { ...responded(far, 30, [near]), ...other },
    { kind: 'stalled', at: 40, contact: far, ...one },
    { kind: 'failed', at: 90, contact: far, reason: 'timeout', ...one },
    { ...responded(middle, 95, []), ...sweep },
    { kind: 'failed', at: 95, contact: middle, reason: 'destination', ...one },
    { kind: 'ended', at: 100, closest: [middle, far], incompleteReasons: [] },
  ]
  const view = lookupView(LOOKUP, steps)
  const size = { width: 900, spanMs: 100, now: 100, withUnqueried: true, withLabels: true }

  it('has each query of a contact, with its point', () => {
    const told = view.rows.map(({ peer: { id }, fate, queries }) => [
      id,
      fate,
      ...queries.map(({ kind, point, fate }) => [kind, point?.number, fate].join(' ').trim()),
    ])
    expect(told).toEqual([
      ['8000', 'responded', 'approach  responded', 'walk 1 failed', 'walk 2 responded'],
      ['0800', 'responded', 'visit  responded', 'walk 1 unsent'],
      ['0001', 'unneeded'],
    ])
    expect(view.points).toEqual([
      { id: '0777', number: 1 },
      { id: '0666', number: 2 },
    ])
    expect(fateCounts(view)).toMatchObject({ responded: 3, failed: 1, unsent: 1, unneeded: 1 })
    expect(kindCounts(view)).toEqual({ approach: 1, visit: 1, walk: 2 })
    expect(view.rows.map(({ place }) => place)).toEqual([1, 0, undefined])
  })

  it('PAGE-11: has a bar for each query that was sent, and no two bars overlap', () => {
    for (let until = 0; until <= 100; until++) {
      const { rows, x } = lookupGeometry(lookupView(LOOKUP, steps, until), { ...size, now: until })
      const sent = steps.filter(({ kind, at }) => kind === 'queried' && at <= until)
      const bars = rows.flatMap((row) => row.bars)
      expect(bars).toHaveLength(sent.length)
      expect(bars.map(({ from }) => from).sort()).toEqual(sent.map(({ at }) => x(at)).sort())
      for (const { y, height, bars: own } of rows) {
        const inner = own.map((bar) => bar.y)
        const edges = [y - height / 2, ...inner.flatMap((at) => [at - 6, at + 6]), y + height / 2]
        expect(edges).toEqual(edges.toSorted((a, b) => a - b))
      }
    }
  })

  it('says in words what a query belongs to', () => {
    const [contact, visited] = view.rows
    expect(rowWords(contact as LookupRow)).toBe(
      '3 queries, shares 0 bits with the target, number 2 of the nearest',
    )
    expect((contact as LookupRow).queries.map(queryWords)).toEqual([
      'responded, 7 ms',
      'sweep: toward random point 1, 0777: failed (no response)',
      'sweep: toward random point 2, 0666: responded, 7 ms, returned 1, 1 new',
    ])
    expect((visited as LookupRow).queries.map(barText)).toEqual(['7 ms', 'host limit →1'])
    expect(lookupWords(view)).toMatch(/^4 queries: 3 responded, .* failed; 3 of them of a sweep$/)
  })
})

describe('the referral tree', () => {
  const view = lookupView(LOOKUP, STEPS)

  it('has each contact below the one that told it first', () => {
    const rows = referralTree(view, true).map(({ row, depth }) => [row.peer.id, depth])
    expect(rows).toEqual([
      ['8000', 0],
      ['0800', 1],
      ['0001', 2],
      ['0100', 1],
      ['4000', 1],
    ])
  })

  it('gathers contacts that were never queried', () => {
    const rows = referralTree(view, false)
    expect(rows.map(({ row }) => row.peer.id)).toEqual(['8000', '0800', '0001', '0100'])
    expect(rows[0]?.gathered).toBe(1)
    expect(rows.map(({ lines }) => lines)).toEqual([[], [true], [true, false], [false]])
  })

  it('leads from a contact back to a starting contact', () => {
    expect(pathTo(view, peerKey(near))).toEqual([near, middle, far].map(peerKey))
    expect(pathTo(view, 'nobody')).toEqual([])
  })
})

describe('the drawing of a lookup', () => {
  const view = lookupView(LOOKUP, STEPS)
  const size = { width: 900, spanMs: 100, now: 200, withUnqueried: true, withLabels: true }

  it('PAGE-4: has rows from far to near that never overlap, inside its height', () => {
    const { rows, bottom, height } = lookupGeometry(view, size)
    expect(rows.map(({ row }) => row.peer.id)).toEqual(['8000', '4000', '0800', '0100', '0001'])
    for (const [index, { y, height: own }] of rows.entries()) {
      const next = rows[index + 1]
      if (next !== undefined) expect(y + own / 2).toBeLessThanOrEqual(next.y - next.height / 2)
      expect(y + own / 2).toBeLessThanOrEqual(bottom)
    }
    expect(bottom).toBeLessThan(height)
  })

  it('PAGE-4: has bars in proportion to time, inside the axis', () => {
    const { rows, left, right, x } = lookupGeometry(view, size)
    expect(x(100)).toBe(left)
    expect(x(200)).toBe(right)
    const bars = new Map(rows.map((each) => [each.row.peer.id, each.bars]))
    expect(bars.get('0800')).toMatchObject([{ from: x(110), to: x(160), stalled: x(150) }])
    expect(bars.get('4000')).toEqual([])
    for (const bar of [...bars.values()].flat()) {
      expect(bar.from).toBeGreaterThanOrEqual(left)
      expect(bar.to).toBeLessThanOrEqual(right + 2)
    }
  })

  it('leaves out contacts that were never queried, and draws referrals', () => {
    const { rows } = lookupGeometry(view, { ...size, withUnqueried: false })
    expect(rows).toHaveLength(4)
    const [first, second] = rows
    expect(referralPath(first as never, second as never)).toMatch(/^M[\d.]+ [\d.]+C/)
  })

  it('stands before the first step too', () => {
    expect(lookupGeometry(lookupView(LOOKUP, []), size).rows).toEqual([])
  })
})
