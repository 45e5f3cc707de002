// The check that items are stored at the k live nodes nearest to their target, at others only as
// far as the region reaches, and that every node gets the newest version, when nothing is lost and
// all tables are complete (SIM-K4).

import { idKey, idView } from '@dht/id'
import type { Host } from '../host/host.ts'
import { copyBounds, misplacement } from '../oracle/copy-bounds.ts'
import type { Oracle } from '../oracle/oracle.ts'
import { itemGoal, itemTarget, scriptItem } from '../script-items.ts'
import type { World } from '../world.ts'
import type { Violation } from './checker.ts'

/** Longest time of a lookup and the writes after it, ms. */
const LOOKUP_MS = 90_000
/** Keys that no script uses, so nobody has put their items before. */
const KEYS = [1_000, 1_001] as const
const VERSIONS = [0, 1, 2] as const

export function itemViolations(world: World, oracle: Oracle, k: number): Violation[] {
  const { honest, protocol } = world
  if (!protocol.methods.has('put')) return []
  return KEYS.flatMap((key, at) =>
    VERSIONS.flatMap((seq, i) => {
      const writer = honest[(at + i) % honest.length] as Host
      return putAndGet(world, oracle, { writer, key, seq, k })
    }),
  )
}

function putAndGet(
  world: World,
  oracle: Oracle,
  what: {
    readonly writer: Host
    readonly key: number
    readonly seq: number
    readonly k: number
  },
): Violation[] {
  const { writer, key, seq, k } = what
  const item = scriptItem(key, seq)
  const found: Violation[] = []
  const add = (host: Host, seen: string): void => {
    found.push({ property: 'SIM-K4', at: world.now, host: host.number, seen })
  }
  const target = itemTarget(key, seq > 0)
  const bounds = copyBounds({ key: target, publisher: writer, k }, oracle.live)
  writer.request({ kind: 'put', put: { item } }, { settled: () => {} })
  world.advance(LOOKUP_MS)
  const holders = world.honest.filter((host) => holds(host, idKey(target), item.signed?.seq))
  const seen = misplacement(holders, bounds)
  if (seen !== undefined) add(writer, seen)
  // A node that is alone can put nothing: no other node is there to store it.
  if (bounds.needed.length === 0) return found
  for (const host of world.honest) {
    const goal = itemGoal(key, seq > 0)
    const settled = (): void => {
      const isFound = String(goal.item?.v) === String(item.v)
      if (!isFound) add(host, `version ${seq} of an item was not got`)
    }
    host.request({ kind: 'lookup-goal', goal }, { settled })
  }
  world.advance(LOOKUP_MS)
  return found
}

/** Whether a node stores that version of an item. */
function holds({ core, now }: Host, target: string, seq: bigint | undefined): boolean {
  const items = core?.inspect(now).items.items ?? []
  return items.some(
    (each) => idKey(idView(each.target)) === target && each.item.signed?.seq === seq,
  )
}
