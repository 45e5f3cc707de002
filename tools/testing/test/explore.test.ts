import { expect, it } from 'vitest'
import { explore, type World } from '../src/explore.ts'

/** A counter that goes up by one or two, to `end`, and must not be `bad`. */
function counter(end: number, bad?: number): World<number> {
  let at = 0
  return {
    moves: () => [1, 2].filter((step) => at + step <= end),
    make: (step) => {
      at += step
      if (at === bad) throw new Error('bad')
    },
    key: () => String(at),
  }
}

const maxStates = 100

it('visits every state once and makes every move', () => {
  const all = explore(() => counter(10), { maxStates })
  expect(all).toEqual({ states: 11, moves: 19, depth: 5, isComplete: true })
})

it('stops at its bounds, and reports it', () => {
  expect(explore(() => counter(10), { maxStates: 4 })).toMatchObject({
    states: 4,
    isComplete: false,
  })
  const shallow = explore(() => counter(10), { maxStates, maxDepth: 2 })
  expect(shallow).toMatchObject({ states: 5, depth: 2, isComplete: false })
})

it('reports the shortest way to an error', () => {
  expect(() => explore(() => counter(10, 4), { maxStates })).toThrow('after [2,2]: Error: bad')
})

it('makes each move once, and replays it as often as necessary', () => {
  const made: number[] = []
  let replayed = 0
  const all = explore(
    () => {
      const world = counter(10)
      const make = (step: number) => {
        made.push(step)
        world.make(step)
      }
      const replay = (step: number) => {
        replayed++
        world.make(step)
      }
      return { ...world, make, replay }
    },
    { maxStates },
  )
  expect(all).toEqual({ states: 11, moves: 19, depth: 5, isComplete: true })
  expect(made).toHaveLength(19)
  expect(replayed).toBeGreaterThan(19)
})
