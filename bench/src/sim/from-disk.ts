// Starts a network that is too large to grow by joins in a benchmark. Each node starts from a disk
// with the table of a long-lived node: k random contacts of each bucket, and its whole
// neighbourhood. It can't show that joins lead to such tables.

import { compareDistance, type Id, randomId } from '@dht/id'
import { contact } from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import type { Chance, Host, World } from '@dht/sim'

const { k } = CORE_DEFAULTS

interface PlannedNode {
  readonly id: Id
  readonly host: Host
}

/** Starts `count` nodes, all at this instant. */
export function startFromDisk(world: World, count: number): void {
  const chance = world.chance.branch('from-disk')
  const { idLength } = world.protocol
  const nodes = Array.from({ length: count }, (): PlannedNode => {
    return { id: randomId(idLength, chance.source), host: world.addHost() }
  })
  const zero = new Uint8Array(idLength) as Id
  nodes.sort((a, b) => compareDistance(a.id, b.id, zero))
  for (const { id, host } of nodes) {
    const known = knownTo(id, nodes, chance)
    const contacts = known.map((other) => contact(other.id, other.host.endpoint))
    host.disk.save({ ids: { 4: id, 6: id }, contacts, announcements: [] })
    host.start({ joins: false })
    // The table has the contacts now.
    host.disk.wipe()
  }
}

/**
 * @param nodes - in ascending order of ids, so that ids with a common prefix are next to each other
 */
function knownTo(id: Id, nodes: readonly PlannedNode[], chance: Chance): PlannedNode[] {
  const known: PlannedNode[] = []
  let [from, to] = [0, nodes.length]
  for (let bit = 0; to - from > k + 1; bit++) {
    const middle = firstOne(nodes, { from, to, bit })
    if (bitOf(id, bit) === 1) {
      known.push(...drawn(nodes, { from, to: middle }, chance))
      from = middle
    } else {
      known.push(...drawn(nodes, { from: middle, to }, chance))
      to = middle
    }
  }
  known.push(...nodes.slice(from, to).filter((node) => node.id !== id))
  return known
}

/** `k` random items of a range, or all items of a smaller range. */
function drawn(
  nodes: readonly PlannedNode[],
  { from, to }: { readonly from: number; readonly to: number },
  chance: Chance,
): PlannedNode[] {
  if (to - from <= k) return nodes.slice(from, to)
  const found = new Set<PlannedNode>()
  while (found.size < k) found.add(nodes[chance.between(from, to - 1)] as PlannedNode)
  return [...found]
}

/** The first item of a range whose id has a 1 at that bit. */
function firstOne(
  nodes: readonly PlannedNode[],
  { from, to, bit }: { readonly from: number; readonly to: number; readonly bit: number },
): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bitOf((nodes[middle] as PlannedNode).id, bit) === 1) high = middle
    else low = middle + 1
  }
  return low
}

function bitOf(id: Id, bit: number): number {
  return ((id[bit >>> 3] as number) >>> (7 - (bit & 7))) & 1
}
