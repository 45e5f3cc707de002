// The pictures show what the runs say.

import { commonPrefixLength, idFromHex } from '@dht/id'
import type { LookupTrace } from '@dht/node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketBars } from '../pictures/bucket-bars.mjs'
import { nearness } from '../pictures/distance.mjs'
import { lookupWalk, queriesOf } from '../pictures/lookup-walk.mjs'
import { pictures } from '../pictures/runs.mjs'
import { element } from '../pictures/svg.mjs'
import { xorTree } from '../pictures/xor-tree.mjs'

const hex = fc.stringMatching(/^[\da-f]{40}$/)

const contact = (id: string) => ({ id, address: '192.0.2.1', port: 1, family: 4 as const })
const [near, far] = [contact('80'), contact('0f')]

const trace = {
  lookup: { lookupId: 1, purpose: 'user', target: '81', family: 4 },
  steps: [
    { kind: 'started', at: 100, startingContacts: [far] },
    { kind: 'queried', at: 100, contact: far, waits: false },
    { kind: 'responded', at: 150, contact: far, closer: [near] },
    { kind: 'queried', at: 150, contact: near, waits: false },
    { kind: 'failed', at: 250, contact: near, reason: 'error' },
    { kind: 'ended', at: 250, closest: [far], incompleteReasons: [] },
  ],
} as unknown as LookupTrace

/** How often an element occurs. */
function count(svg: string, name: string, kind: string): number {
  return svg.match(new RegExp(`<${name}[^>]*class="${kind}"`, 'g'))?.length ?? 0
}

describe('nearness', () => {
  it('is the common prefix and a fraction, and orders ids as their distances do', () => {
    fc.assert(
      fc.property(hex, hex, hex, (a, b, target) => {
        const [toA, toB] = [nearness(a, target), nearness(b, target)]
        const shared = commonPrefixLength(idFromHex(a), idFromHex(target))
        expect(toA).toBeGreaterThanOrEqual(shared)
        expect(toA).toBeLessThanOrEqual(shared + 1)
        const distance = (id: string): bigint => BigInt(`0x${id}`) ^ BigInt(`0x${target}`)
        if (distance(a) <= distance(b)) expect(toA).toBeGreaterThanOrEqual(toB)
      }),
    )
  })
})

describe('the pictures', () => {
  it('of a lookup have a bar for each query, by its fate, and lines from who told it', () => {
    expect(queriesOf(trace)).toEqual([
      { id: '0f', from: 100, to: 150, fate: 'responded', toldBy: undefined },
      { id: '80', from: 150, to: 250, fate: 'failed', toldBy: '0f' },
    ])
    const svg = lookupWalk(trace, 3)
    expect(['responded', 'failed', 'told'].map((kind) => count(svg, 'line', kind))).toEqual([
      1, 1, 1,
    ])
    expect(svg).toContain('2 queries, 1 responses')
  })

  it('of a table have a dot for each contact and the members of each bucket', () => {
    const svg = xorTree({ id: '00', contacts: [near, far], buckets: [1, 1], nodes: 3 })
    expect(count(svg, 'circle', 'contact')).toBe(2)
    expect(svg.match(/<text[^>]*>1<\/text>/g)).toHaveLength(2)
  })

  it('of buckets have a bar for each bucket at each instant', () => {
    const svg = bucketBars(
      [
        { when: 'now', buckets: [3] },
        { when: 'later', buckets: [8, 2] },
      ],
      9,
    )
    expect(count(svg, 'rect', 'bar')).toBe(3)
    expect(svg).toContain('10 contacts')
  })

  it('escape what they are given', () => {
    expect(element('text', { class: '"<' })).toBe('<text class="&#34;&#60;"></text>')
  })

  it('come from a run, the same from the same seed', async () => {
    const first = await pictures({ nodes: 12, seed: 1 })
    expect(Object.keys(first).sort()).toEqual(['buckets.svg', 'lookup.svg', 'xor-tree.svg'])
    expect(first['lookup.svg']).toContain('<line')
    expect(await pictures({ nodes: 12, seed: 1 })).toEqual(first)
  })
})
