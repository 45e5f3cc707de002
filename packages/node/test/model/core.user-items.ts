// What users do with items: they get them from nodes that return them in all versions, right and
// wrong, and put them at nodes that accept or refuse them.

import type { StoredItem } from '@dht/store'
import { ItemGoal } from '../../src/core/lookups/goals/item.ts'
import type { NewItem } from '../../src/core/operations/user-put.ts'
import { stored } from '../support/items.ts'
import type { Returning } from './core.item-replies.ts'
import { bigOf, type ItemChoice, itemOf } from './core.items.ts'
import { converse, type ItemHabit } from './core.replies.ts'
import { request } from './core.user-operations.ts'
import type { Who, World } from './core.world.ts'
import type { GetCommand } from './core-item-goal.model.ts'
import { numberOf } from './core-peer.ts'

export interface Getting {
  readonly who: Who
  readonly choice: ItemChoice
  readonly known: number | undefined
  /** Whether older versions come first. */
  readonly isRising: boolean
  readonly returns: readonly Returning[]
  /** How many responses come at once. */
  readonly responses: number
}

export interface Publishing extends Omit<Getting, 'known' | 'isRising'> {
  readonly cas: number | undefined
  readonly keep: NewItem['keep']
  /** Whether valid items in responses are the one that is put. */
  readonly isSame: boolean
  readonly refusals: readonly (number | undefined)[]
}

/** Gets an item; some of the nodes respond, with anything. */
export function getItem(getting: Getting, world: World): void {
  if (!world.model.config.network.methods.has('get')) return
  const { choice, known, isRising, responses } = getting
  const risen = getting.returns.toSorted((a, b) => a.seq - b.seq)
  const returns = isRising ? risen : getting.returns
  const { target, salt = new Uint8Array(0) } = itemOf(choice)
  const told: StoredItem[] = []
  const goal = new ItemGoal({
    target,
    salt,
    known: bigOf(known),
    crypto: world.model.config.crypto,
    onFound: (item) => told.push(item),
  })
  const wanted = { target: numberOf(target), salt, known: bigOf(known) }
  const operationId = ++world.operationIds
  const command: GetCommand = { kind: 'lookup-goal', operationId, goal, wanted, told }
  meet(getting.who, world)
  world.play({ kind: 'begin', command })
  world.count('request: get')
  converse(responses, 0, world, habitOf(returns, []))
  const which = goal.item?.signed === undefined ? 'immutable' : 'mutable'
  world.count(`got: ${goal.item === undefined ? 'nothing' : which}`)
  if (told.length > 1) world.count('got: a newer version')
}

/** Puts an item; some of the nodes respond, with anything. */
export function publishItem(publishing: Publishing, world: World): void {
  if (!world.model.config.network.methods.has('put')) return
  const { choice, cas, keep, isSame, refusals, responses } = publishing
  const { seq, text } = choice
  const returns = publishing.returns.map((each) => (isSame ? { ...each, seq, text } : each))
  const item = stored(itemOf(choice))
  const operationId = ++world.operationIds
  meet(publishing.who, world)
  world.play({
    kind: 'begin',
    command: { kind: 'put', operationId, put: { item, cas: bigOf(cas), keep } },
  })
  world.count('request: put')
  converse(responses, 0, world, habitOf(returns, refusals))
}

/** Some neighbours become members. */
function meet(who: Who, world: World): void {
  const target = { of: 'key', n: 0 } as const
  for (const i of [0, 1, 2]) {
    const neighbour: Who = { ...who, of: 'neighbour', n: who.n + i }
    request({ kind: 'ping', who: neighbour, target, port: 0, mode: 'all' }, world)
  }
  converse(6, 0, world)
}

function habitOf(
  returns: readonly Returning[],
  refusals: readonly (number | undefined)[],
): ItemHabit {
  return {
    returning: (time) => returns[time % returns.length]!,
    refusal: (time) => refusals[time % Math.max(1, refusals.length)],
  }
}
