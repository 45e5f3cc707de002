// What happens in a routing table: buckets fill, our own bucket splits, a newcomer waits beside a
// full one, and a silent member is checked and replaced. There is no network and no clock: we tell
// the table what happened and when, and it returns what follows.

import { RoutingTable } from '@dht/routing-table'
import { draw, LEGEND } from './drawing.ts'
import { bitsOf, type Friend, friend } from './friend.ts'

const MINUTE = 60_000
const SECOND = 1_000

interface Telling {
  readonly table: RoutingTable<Friend>
  /** Takes one line. */
  readonly say: (line: string) => void
  /** Draws the buckets at an instant, and ends the paragraph. */
  readonly show: (now: number) => void
}

/** @param say - takes one line */
export function run(say: (line: string) => void): void {
  const self = friend('we', 0b0000_0000)
  const table = new RoutingTable<Friend>(self.id, { k: 2 })
  const show = (now: number): void => {
    for (const line of draw(table, now)) say(line)
    say('')
  }
  say(`We are ${bitsOf(self.id)}. A bucket has room for two.   ${LEGEND}`)
  say('')
  const telling = { table, say, show }
  fill(telling)
  meetUnknownContact(telling)
  const newcomer = letNewcomerWait(telling)
  replaceSilentMember(newcomer, telling)
  findNearest(telling)
}

function fill({ table, say, show }: Telling): void {
  say('Ada and Bo respond to us. One bucket covers all ids.')
  table.responded(friend('Ada', 0b1011_0010), 0)
  table.responded(friend('Bo', 0b1100_0111), 1 * SECOND)
  show(1 * SECOND)

  say('Cy and Di respond. They are nearer to us than half of all ids: our own bucket splits.')
  table.responded(friend('Cy', 0b0101_1000), 2 * SECOND)
  table.responded(friend('Di', 0b0010_0001), 3 * SECOND)
  show(3 * SECOND)
}

/** A query proves nothing, because its sender may be forged; a response proves that Fay exists. */
function meetUnknownContact({ table, say, show }: Telling): void {
  const fay = friend('Fay', 0b0000_1111)
  const insertion = table.queried(fay, 4 * SECOND)
  say(`Fay queries us, which proves nothing: ${insertion.kind}, until she has responded.`)
  const answered = table.responded(fay, 5 * SECOND)
  say(`We query her, and she responds: ${answered.kind}. Our own bucket splits once more.`)
  show(5 * SECOND)
}

function letNewcomerWait({ table, say, show }: Telling): Friend {
  const eve = friend('Eve', 0b1110_1110)
  const answered = table.responded(eve, 6 * SECOND)
  say(`Eve responds too: ${answered.kind}. Her bucket is full of good members, so she waits.`)
  show(6 * SECOND)
  return eve
}

/** The table says which contact to check; the check itself is up to us. */
function replaceSilentMember(newcomer: Friend, { table, say, show }: Telling): void {
  const later = 16 * MINUTE
  for (const { name, id } of [...table.members()]) {
    if (name !== 'Ada' && name !== 'Bo') table.queried({ name, id }, later - MINUTE)
  }
  const silent = table.takeCheck(later)
  if (silent === undefined) return
  say(`16 minutes later; some have queried us since. The table wants ${silent.name} checked,`)
  say('who was not seen for longest.')
  show(later)

  const first = table.failed(silent, later + 2 * SECOND)
  const standing = first.kind === 'failed' ? first.standing : first.kind
  say(`We ping ${silent.name}, and no response comes: ${standing}. A datagram may be lost.`)
  const again = table.takeCheck(later + 4 * SECOND)
  say(`The table wants ${again?.name} checked again, and again no response comes.`)
  table.responded(newcomer, later + 5 * SECOND)
  const second = table.failed(silent, later + 6 * SECOND)
  if (second.kind === 'replaced')
    say(`${second.by.name} takes the place of ${second.evicted.name}.`)
  show(later + 6 * SECOND)
}

function findNearest({ table, say }: Telling): void {
  const target = friend('', 0b1100_0000).id
  const nearest = table.closest(target, 3).map(({ name }) => name)
  say(`Nearest to ${bitsOf(target)}, by XOR: ${nearest.join(', ')}.`)
}
