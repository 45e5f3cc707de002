// The life of a routing table, told in a page: buckets fill, our own one splits, a full one makes a
// newcomer wait, a silent member is checked and gives way. There is no network and no clock: we say
// what happened, and when; the table answers what it made of that.

import { RoutingTable } from '@dht/routing-table'
import { draw, LEGEND } from './drawing.ts'
import { bitsOf, type Friend, friend } from './friend.ts'

const MINUTE = 60_000
const SECOND = 1_000

interface Telling {
  readonly table: RoutingTable<Friend>
  /** Takes one line. */
  readonly say: (line: string) => void
  /** Draws the buckets as they stand at an instant, and ends the paragraph. */
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
  hearOfStranger(telling)
  const newcomer = letNewcomerWait(telling)
  replaceSilentMember(newcomer, telling)
  findNearest(telling)
}

function fill({ table, say, show }: Telling): void {
  say('Ada and Bo answer us. One bucket covers everybody.')
  table.responded(friend('Ada', 0b1011_0010), 0)
  table.responded(friend('Bo', 0b1100_0111), 1 * SECOND)
  show(1 * SECOND)

  say('Cy and Di answer, and are nearer to us than half of the world: our own bucket splits.')
  table.responded(friend('Cy', 0b0101_1000), 2 * SECOND)
  table.responded(friend('Di', 0b0010_0001), 3 * SECOND)
  show(3 * SECOND)
}

/** Who only asks us is a claim; who answers us is there. */
function hearOfStranger({ table, say, show }: Telling): void {
  const fay = friend('Fay', 0b0000_1111)
  const heard = table.queried(fay, 4 * SECOND)
  say(`Fay asks us something, which proves nothing: ${heard.kind}, until she has answered.`)
  const answered = table.responded(fay, 5 * SECOND)
  say(`We ask her, and she answers: ${answered.kind}. Our own bucket splits once more.`)
  show(5 * SECOND)
}

function letNewcomerWait({ table, say, show }: Telling): Friend {
  const eve = friend('Eve', 0b1110_1110)
  const answered = table.responded(eve, 6 * SECOND)
  say(`Eve answers too: ${answered.kind}. Her bucket is full of good members, so she waits.`)
  show(6 * SECOND)
  return eve
}

/** The table asks for checks and never makes them: how a contact is asked is not its business. */
function replaceSilentMember(newcomer: Friend, { table, say, show }: Telling): void {
  const later = 16 * MINUTE
  for (const { name, id } of [...table.members()]) {
    if (name !== 'Ada' && name !== 'Bo') table.queried({ name, id }, later - MINUTE)
  }
  const silent = table.takeCheck(later)
  if (silent === undefined) return
  say(
    `16 minutes later; some have asked us something since. The table wants ${silent.name} checked,`,
  )
  say('who has been silent for longest.')
  show(later)

  const first = table.failed(silent, later + 2 * SECOND)
  const standing = first.kind === 'failed' ? first.standing : first.kind
  say(`We ask ${silent.name}, and no answer comes: ${standing}. Once may be bad luck.`)
  const again = table.takeCheck(later + 4 * SECOND)
  say(`The table wants ${again?.name} checked again, and again nothing comes.`)
  table.responded(newcomer, later + 5 * SECOND)
  const second = table.failed(silent, later + 6 * SECOND)
  if (second.kind === 'replaced') say(`${second.evicted.name} gives way to ${second.by.name}.`)
  show(later + 6 * SECOND)
}

function findNearest({ table, say }: Telling): void {
  const target = friend('', 0b1100_0000).id
  const nearest = table.closest(target, 3).map(({ name }) => name)
  say(`Nearest to ${bitsOf(target)}, by XOR: ${nearest.join(', ')}.`)
}
