// The index compared with a Map, in a world so small that probes often collide and wrap around.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PairIndex } from '../../src/pair-index.ts'
import { NONE, TypedRows } from '../../src/typed-rows.ts'

const FIRST = 1
const SECOND = 2

interface World {
  readonly rows: TypedRows
  readonly index: PairIndex
  readonly oracle: Map<string, number>
}

interface Move {
  readonly kind: string
  readonly pair: [number, number]
  readonly pair2: [number, number]
}

const pair = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 19 }))
const step: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom('add', 'add', 'remove', 'exchange'),
  pair,
  pair2: pair,
})

function apply({ rows, index, oracle }: World, move: Move): void {
  const [first, second] = move.pair
  const known = oracle.get(`${first} ${second}`)
  if (move.kind === 'add' && known === undefined) {
    const slot = rows.take()
    rows.words[slot * rows.stride + FIRST] = first
    rows.words[slot * rows.stride + SECOND] = second
    index.add(slot)
    oracle.set(`${first} ${second}`, slot)
  } else if (move.kind === 'remove' && known !== undefined) {
    index.remove(known)
    rows.release(known)
    oracle.delete(`${first} ${second}`)
  } else if (move.kind === 'exchange' && known !== undefined) {
    const other = oracle.get(`${first} ${move.pair2[1]}`)
    if (other === undefined) return
    expect(index.exchange(first, second, move.pair2[1])).toBe(known)
    oracle.set(`${first} ${second}`, other).set(`${first} ${move.pair2[1]}`, known)
  }
}

function agrees({ rows, index, oracle }: World): void {
  expect(index.size).toBe(oracle.size)
  for (let first = 0; first < 5; first += 1) {
    for (let second = 0; second < 20; second += 1) {
      const slot = oracle.get(`${first} ${second}`) ?? NONE
      expect(index.find(first, second)).toBe(slot)
      if (slot === NONE) continue
      expect(rows.words[slot * rows.stride + FIRST]).toBe(first)
      expect(rows.words[slot * rows.stride + SECOND]).toBe(second)
    }
  }
}

it('contains exactly the pairs that were added, after any adds, removals and replacements', () => {
  const steps = fc.array(step, { size: '+1' })
  fc.assert(
    fc.property(steps, fc.integer(), (moves, seed) => {
      const rows = new TypedRows({ stride: 3, maxRows: 100 })
      const world = { rows, index: new PairIndex(rows, [FIRST, SECOND], seed), oracle: new Map() }
      for (const move of moves) apply(world, move)
      agrees(world)
    }),
  )
})

it('stays correct while it grows to a hundred rows and shrinks to none', () => {
  const rows = new TypedRows({ stride: 3, maxRows: 100 })
  const world: World = { rows, index: new PairIndex(rows, [FIRST, SECOND], 1), oracle: new Map() }
  const all = Array.from({ length: 100 }, (_, at): [number, number] => [at % 5, Math.floor(at / 5)])
  for (const kind of ['add', 'remove']) {
    for (const one of all) {
      apply(world, { kind, pair: one, pair2: one })
      agrees(world)
    }
  }
  expect(world.index.size).toBe(0)
})
