// A network too large to be grown by joins in a benchmark's time: every node starts from a disk on
// which a table lies as a long life would leave it, k contacts of each bucket, drawn at random, and
// all of its neighbourhood. From there on it is a network like any other. What it can't show is
// that joins lead there.

import { compareDistance, type Id, randomId } from '@dht/id'
import { contact } from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import type { Chance, Host, World } from '@dht/sim'

const { k } = CORE_DEFAULTS

interface Card {
  readonly id: Id
  readonly host: Host
}

/** Starts `count` nodes, all at this instant. */
export function startFromDisk(world: World, count: number): void {
  const chance = world.chance.branch('from-disk')
  const { idLength } = world.protocol
  const cards = Array.from({ length: count }, (): Card => {
    return { id: randomId(idLength, chance.source), host: world.addHost() }
  })
  const zero = new Uint8Array(idLength) as Id
  cards.sort((a, b) => compareDistance(a.id, b.id, zero))
  for (const { id, host } of cards) {
    const known = knownTo(id, cards, chance)
    const contacts = known.map((other) => contact(other.id, other.host.endpoint))
    host.disk.save({ id, contacts, announcements: [] })
    host.start({ joins: false })
    // The table holds them now.
    host.disk.wipe()
  }
}

/** @param cards - in ascending order, so that those who share a prefix stand side by side */
function knownTo(id: Id, cards: readonly Card[], chance: Chance): Card[] {
  const known: Card[] = []
  let [from, to] = [0, cards.length]
  for (let bit = 0; to - from > k + 1; bit++) {
    const middle = firstOne(cards, { from, to, bit })
    if (bitOf(id, bit) === 1) {
      known.push(...drawn(cards, { from, to: middle }, chance))
      from = middle
    } else {
      known.push(...drawn(cards, { from: middle, to }, chance))
      to = middle
    }
  }
  known.push(...cards.slice(from, to).filter((card) => card.id !== id))
  return known
}

/** `k` of a range, or all of a smaller one. */
function drawn(
  cards: readonly Card[],
  { from, to }: { readonly from: number; readonly to: number },
  chance: Chance,
): Card[] {
  if (to - from <= k) return cards.slice(from, to)
  const found = new Set<Card>()
  while (found.size < k) found.add(cards[chance.between(from, to - 1)] as Card)
  return [...found]
}

/** The first of a range whose id has a 1 there. */
function firstOne(
  cards: readonly Card[],
  { from, to, bit }: { readonly from: number; readonly to: number; readonly bit: number },
): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bitOf((cards[middle] as Card).id, bit) === 1) high = middle
    else low = middle + 1
  }
  return low
}

function bitOf(id: Id, bit: number): number {
  return ((id[bit >>> 3] as number) >>> (7 - (bit & 7))) & 1
}
