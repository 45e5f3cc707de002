// Compares what the gets of a user have found with the model: the item, and each item that was told
// before it.

import { alike } from '../support/alike.ts'
import type { NodeModel } from './core.model.ts'
import { textOf } from './core-peer.ts'

/** @throws when one differs */
export function compareGets({ dispatcher }: NodeModel): void {
  for (const { command, goal } of dispatcher.gets) {
    const seen = { item: command.goal.item, told: command.told }
    const { item, told } = goal
    if (alike(seen, { item, told })) continue
    throw new Error(`ITEM-24: expected ${textOf({ item, told })}, got ${textOf(seen)}`)
  }
}
