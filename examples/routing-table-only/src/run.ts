// The life of a routing table, told in a page: buckets fill, our own one splits, a full one makes a
// newcomer wait, a silent member is checked and gives way. There is no network and no clock: we say
// what happened, and when; the table answers what it made of that.

import { RoutingTable } from '@dht/routing-table'
import { draw, LEGEND } from './drawing.ts'
import { bitsOf, type Friend, friend } from './friend.ts'

const MINUTE = 60_000
const SECOND = 1_000

/** @param say - takes one line */
export function run(say: (line: string) => void): void {
  const self = friend('we', 0b0000_0000)
  const table = new RoutingTable<Friend>(self.id, { k: 2 })
  say(`We are ${bitsOf(self.id)}. A bucket has room for two.   ${LEGEND}`)
  const show = (now: number): void => {
    for (const line of draw(table, now)) say(line)
  }

  say('')
  say('Ada and Bo answer us. One bucket covers everybody.')
  const [ada, bo] = [friend('Ada', 0b1011_0010), friend('Bo', 0b1100_0111)]
  table.confirm(ada, 0)
  table.confirm(bo, 1 * SECOND)
  show(1 * SECOND)

  say('')
  say('Cy and Di answer, and are nearer to us than half of the world: our own bucket splits.')
  table.confirm(friend('Cy', 0b0101_1000), 2 * SECOND)
  table.confirm(friend('Di', 0b0010_0001), 3 * SECOND)
  show(3 * SECOND)

  say('')
  const fay = friend('Fay', 0b0000_1111)
  const stranger = table.hear(fay, 4 * SECOND)
  say(`Fay asks us something, which proves nothing: ${stranger.kind}, until she has answered.`)
  const answer = table.confirm(fay, 5 * SECOND)
  say(`We ask her, and she answers: ${answer.kind}. There are more buckets the nearer one gets.`)
  show(5 * SECOND)

  say('')
  const eve = friend('Eve', 0b1110_1110)
  const heard = table.confirm(eve, 6 * SECOND)
  say(`Eve answers too: ${heard.kind}. Her bucket is full of good members, so she waits.`)
  show(6 * SECOND)

  say('')
  const later = 16 * MINUTE
  const doubtful = table.takeCheck(later)
  say(`16 minutes later. The table wants ${doubtful?.name} checked: silent for longest.`)
  show(later)
  if (doubtful === undefined) return

  say('')
  const first = table.doubt(doubtful, later + 2 * SECOND)
  const standing = first.kind === 'doubted' ? first.standing : first.kind
  say(`We ask ${doubtful.name}, and no answer comes: ${standing}. Once may be bad luck.`)
  const again = table.takeCheck(later + 4 * SECOND)
  say(`The table wants ${again?.name} checked again, and again nothing comes.`)
  table.confirm(eve, later + 5 * SECOND)
  const second = table.doubt(doubtful, later + 6 * SECOND)
  if (second.kind === 'replaced') say(`${second.evicted.name} gives way to ${second.by.name}.`)
  show(later + 6 * SECOND)

  say('')
  const target = friend('', 0b1100_0000).id
  const nearest = table.closest(target, 3).map(({ name }) => name)
  say(`Nearest to ${bitsOf(target)}, by XOR: ${nearest.join(', ')}.`)
}
