// Visits every state that a small machine can reach, breadth first. Machines with private state
// can't be copied, so each state is reached by playing its moves from the start. Two states count
// as one when their keys are equal; differences that the keys leave out aren't seen.

import { noteExploration } from './journal.ts'

/** A machine in one state. `make` throws when the state after the move is wrong. */
export interface World<Move> {
  /** All that can happen next; none in a state that ends. */
  moves(): readonly Move[]
  make(move: Move): void
  /** The same for a move that was made from here before, without looking whether all is well. */
  replay?(move: Move): void
  /** Everything that what follows depends on. */
  key(): string
}

export interface Explored {
  readonly states: number
  readonly moves: number
  /** Length of the longest of all shortest ways. */
  readonly depth: number
  /** Whether every state was reached and every move made. */
  readonly isComplete: boolean
}

interface Place<Move> {
  readonly move: Move | undefined
  /** What can be done from here. */
  readonly moves: readonly Move[]
  readonly from: Place<Move> | undefined
  readonly depth: number
}

/**
 * Makes every move in every state that `start` can reach, until there are no more, or `maxStates`
 * states are known, or `maxDepth` moves have been made.
 *
 * @throws what a move threw, with the moves that led there in its message
 */
export function explore<Move>(
  start: () => World<Move>,
  { maxStates, maxDepth = Number.POSITIVE_INFINITY }: { maxStates: number; maxDepth?: number },
): Explored {
  const first = start()
  const known = new Set([first.key()])
  const queue: Place<Move>[] = [
    { move: undefined, moves: first.moves(), from: undefined, depth: 0 },
  ]
  let moves = 0
  for (const place of queue) {
    if (place.depth === maxDepth) break
    for (const move of place.moves) {
      if (known.size >= maxStates)
        return { states: known.size, moves, depth: place.depth, isComplete: false }
      const world = reach(start, place, move)
      const key = world.key()
      moves += 1
      if (known.has(key)) continue
      known.add(key)
      queue.push({ move, moves: world.moves(), from: place, depth: place.depth + 1 })
    }
  }
  const depth = queue.at(-1)?.depth ?? 0
  return { states: known.size, moves, depth, isComplete: depth < maxDepth }
}

/** A world after `move` from `place`. */
function reach<Move>(start: () => World<Move>, place: Place<Move>, move: Move): World<Move> {
  const way = wayTo(place)
  const world = start()
  try {
    for (const each of way) {
      if (world.replay === undefined) world.make(each)
      else world.replay(each)
    }
    world.make(move)
  } catch (error) {
    throw new Error(`after ${JSON.stringify([...way, move])}: ${String(error)}`, { cause: error })
  }
  return world
}

function wayTo<Move>(place: Place<Move>): Move[] {
  const way: Move[] = []
  for (let at: Place<Move> | undefined = place; at?.move !== undefined; at = at.from) {
    way.push(at.move)
  }
  return way.reverse()
}

/** Most states of an exploration: EXPLORE_STATES, or the given number. */
export function stateBudget(usual: number): number {
  return Number(process.env['EXPLORE_STATES'] ?? usual)
}

/** Prints what was explored, in one line. */
export function announce(name: string, { states, moves, depth, isComplete }: Explored): void {
  noteExploration({ name, states, moves, depth, isComplete })
  const extent = isComplete ? 'all of them' : 'and there are more'
  console.info(`${name}: ${states} states, ${moves} moves, depth ${depth}, ${extent}`)
}
