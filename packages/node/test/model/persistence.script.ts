// Scripts for a node and its state file: learning, entering, saving, crashes, damage and errors of
// the file system. A command finds its target in the model when it runs.

import { type Id, idFromBytes, idToHex } from '@dht/id'
import { type Family, formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect } from 'vitest'
import { same } from '../support/alike.ts'
import { CrashDisk, type Operation, text } from '../support/crash-disk.ts'
import { settle } from '../support/test-machine.ts'
import { type Both, pass, sorted } from './persistence.checks.ts'
import {
  type Command,
  closeNode,
  command,
  killNode,
  note,
  replaceFile,
  sealedText,
  startAs,
} from './persistence.lives.ts'
import { keyOf, meaningOf, type PersistenceModel, SAVE_EVERY_MS } from './persistence.model.ts'
import { removeLock, rivalry, standStill } from './persistence.rivals.ts'
import { PATH, type PersistenceWorld } from './persistence.world.ts'

const learn = fc.nat(11).map((which) =>
  command(`learn(${which})`, 'alive', async ({ model, census }, world) => {
    const { table, families, ids } = model.life!
    const peers = world.peers.filter(({ endpoint }) => families.includes(endpoint.family))
    const peer = peers[which % peers.length]!
    const key = keyOf(peer)
    const pinging = world.node!.ping(peer.endpoint).then(
      (contact) => `${contact.id}@${formatEndpoint(contact)}`,
      (error: { code: string }) => error.code,
    )
    await settle()
    if (key.startsWith(`${ids[peer.endpoint.family]}@`)) {
      census.count('learn ourselves')
      same(await pinging, 'ERR_DHT_NODE_PROTOCOL')
      return
    }
    same(await pinging, key)
    census.count(table.includes(key) ? 'learn somebody known' : 'learn somebody')
    if (table.includes(key)) return
    table.push(key)
    note(model, key)
  }),
)

function targetOf(which: number, { network }: PersistenceModel): Id {
  return idFromBytes(new Uint8Array(network.idLength).fill(which + 1))
}

const enter = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 })).map(([which, port]) =>
  command(`enter(${which}, ${port})`, 'alive', async ({ model, census }, world) => {
    const target = targetOf(which, model)
    const life = model.life!
    const others = life.entries.filter((entry) => !entry.startsWith(`${idToHex(target)}:`))
    census.count(others.length < life.entries.length ? 'enter again' : 'enter')
    world.node!.enter(target, port)
    const what = `${idToHex(target)}:${port}`
    life.entries = [...others, what]
    note(model, what)
    await settle()
  }),
)

const remove = fc.nat(3).map((which) =>
  command(`delete(${which})`, 'alive', async ({ model, census }, world) => {
    const life = model.life!
    const entry = life.entries[which % life.entries.length]
    const hex = entry?.split(':')[0] ?? idToHex(targetOf(which, model))
    if (entry !== undefined) census.count('delete')
    world.node!.delete(hex)
    life.entries = life.entries.filter((each) => each !== entry)
    await settle()
  }),
)

const toTheSave = fc.constantFrom(-1, 0, 1).map((off) =>
  command(`toTheSave(${off})`, 'alive', async (both, world) => {
    const names = { '-1': 'just before the save', 0: 'at the save', 1: 'just after the save' }
    both.census.count(names[off as 0] as 'at the save')
    await pass(Math.max(0, both.model.life!.saveAt - both.model.now + off), both, world)
  }),
)

const wait = fc
  .integer({ min: 1, max: 2 * SAVE_EVERY_MS })
  .map((ms) => command(`pass(${ms})`, 'alive', (both, world) => pass(ms, both, world)))

const close = command('close', 'alive', closeNode)

const kill = command('kill', 'alive', killNode)

/** The power fails while nothing is being saved. */
const cut = fc.nat(9).map((which) =>
  command(`cut(${which})`, 'any', async (both, world) => {
    both.census.count('power cut at rest')
    await wakeUp(which, both, world, [])
  }),
)

/** Restarts the machine from one of the states that a power failure may leave. */
async function wakeUp(
  which: number,
  { model, census }: Both,
  world: PersistenceWorld,
  more: readonly (string | undefined)[],
): Promise<void> {
  const left = world.disk.leftovers()
  const chosen = left[which % left.length]!
  const held = chosen.get(PATH)
  expect([...model.former, model.held, ...more]).toContain(held)
  if (held !== undefined && model.aside.includes(held)) census.count('a damaged file comes back')
  await world.abandon()
  world.reboot(CrashDisk.holding(chosen, world.machine.now))
  Object.assign(model, { held, former: [], life: undefined, aside: world.aside })
  const isLocked = world.file(`${PATH}.lock`) !== undefined
  model.lock = isLocked ? { isOurs: false, touchedAt: model.now, isGone: false } : undefined
}

const cutWithin = fc
  .record({
    how: fc.constantFrom('close', 'periodic'),
    point: fc.oneof(fc.nat(999), fc.integer({ min: 850, max: 999 })),
    which: fc.nat(9),
  })
  .map(({ how, point, which }) =>
    command(`cutWithin(${how}, ${point}, ${which})`, 'alive', async (both, world) => {
      const { model, census } = both
      const life = model.life!
      const ms = how === 'close' ? 0 : Math.max(0, life.saveAt - model.now)
      const { ids, contacts, entries } = model.expected()
      // All operations and bytes of a save, and a few more, after which it is complete.
      const records =
        [ids[4], ids[6], ...contacts, ...entries].length * (model.network.idLength + 18)
      const size = 150 + records
      world.disk.failAfter(Math.floor((point * size) / 1_000))
      await world.pass(ms)
      model.now += ms
      if (how === 'close') void world.node!.close()
      await settle()
      const [attempt] = world.attempts
      world.attempts = []
      const news = attempt && text(attempt.bytes)
      if (news !== undefined) {
        const meaning = meaningOf(news, model.network)
        expect(meaning).toMatchObject({ kind: 'whole', ids, entries })
        if (meaning.kind === 'whole') same(sorted(meaning.contacts), sorted(contacts))
      }
      census.count('power cut within a save')
      const isNew = news !== undefined && model.held !== news
      await wakeUp(which, both, world, news === undefined ? [] : [news])
      if (isNew) {
        const name = model.held === news ? 'new' : 'old'
        census.count(`cut within a save, ${name} file`)
      }
    }),
  )

/** The power fails while a node starts: while it takes the lock, sets damage aside or saves. */
const cutAtStart = fc.tuple(fc.nat(300), fc.nat(9)).map(([steps, which]) =>
  command(`cutAtStart(${steps}, ${which})`, 'dead', async (both, world) => {
    const { model, census } = both
    model.fault = world.disk.fault = undefined
    const { held, lock } = model
    const isDamaged = meaningOf(held ?? '', model.network).kind === 'damaged'
    const waitMs = model.waitMs(lock)
    world.disk.failAfter(steps)
    let hasEnded = false
    world.start([4, 6], false).then(
      (node) => {
        world.node = node
        hasEnded = true
      },
      () => {
        hasEnded = true
      },
    )
    await settle()
    await world.pass(waitMs)
    model.now += waitMs
    same(hasEnded, true)
    const [attempt] = world.attempts
    const more = attempt === undefined ? [] : [text(attempt.bytes)]
    census.count('power cut within a start')
    await wakeUp(which, both, world, isDamaged ? [undefined, ...more] : more)
    // The damaged file is where it was, or renamed.
    if (isDamaged) expect([model.held, ...model.aside]).toContain(held)
  }),
)

const start = fc
  .record({
    families: fc.constantFrom<Family[][]>([4, 6], [4], [6]),
    isSlow: fc.constantFrom(false, false, false, true),
  })
  .map((chosen) =>
    command(`start(${chosen.families}${chosen.isSlow ? ', slow' : ''})`, 'closed', (both, world) =>
      startAs(chosen, both, world),
    ),
  )

/** How a file may be damaged between two starts. */
const DAMAGES: Readonly<Record<string, (held: string, at: number, network: string) => string>> = {
  flip: (held, at) => {
    const i = at % held.length
    const flipped = String.fromCharCode(held.charCodeAt(i) ^ (1 << (at % 8)))
    return held.slice(0, i) + flipped + held.slice(i + 1)
  },
  truncate: (held, at) => held.slice(0, at % held.length),
  extend: (held, at) => held + String.fromCharCode(at % 256),
  'other version': (held) => held.replace(' 2\n', ' 3\n'),
  'version 1': (held) => held.replace(' 2\n', ' 1\n'),
  'other network': () => sealedText('d2:id1:x7:network5:othere'),
  'no network': () => sealedText('d2:id1:xe'),
  'wide id': (_held, _at, name) => sealedText(`d2:id3:xyz7:network${name.length}:${name}e`),
  'no dictionary': () => sealedText('4:hugo'),
  'no bencode': () => sealedText('d4:'),
}

const damage = fc
  .record({
    how: fc.constantFrom(...Object.keys(DAMAGES), 'other network'),
    at: fc.nat(),
  })
  .map(({ how, at }) =>
    command(`damage(${how}, ${at})`, 'dead', async (both, world) => {
      const { held } = both.model
      if (held === undefined || held === '') return
      replaceFile(DAMAGES[how]!(held, at, both.model.network.name), both, world)
    }),
  )

const OPERATIONS: readonly Operation[] = [
  'mkdir',
  'read',
  'list',
  'rename',
  'remove',
  'touch',
  'open',
  'write',
  'flush',
  'open folder',
  'flush folder',
]

const refuse = fc
  .tuple(fc.constantFrom(...OPERATIONS), fc.constantFrom('EIO', 'ENOSPC', 'EACCES', 'EROFS'))
  .map(([operation, code]) =>
    command(`refuse(${operation}, ${code})`, 'any', async ({ model }, world) => {
      model.fault = world.disk.fault = { operation, code }
    }),
  )

/** A save that the file system refuses. */
const refusedSave = fc.constantFrom(...OPERATIONS).map((operation) =>
  command(`refusedSave(${operation})`, 'alive', async (both, world) => {
    const { model } = both
    model.fault = world.disk.fault = { operation, code: 'ENOSPC' }
    await pass(model.life!.saveAt - model.now, both, world)
    model.fault = world.disk.fault = undefined
  }),
)

const mend = command('mend', 'any', async ({ model }, world) => {
  model.fault = world.disk.fault = undefined
})

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 20, arbitrary: learn },
  { weight: 10, arbitrary: enter },
  { weight: 6, arbitrary: remove },
  { weight: 8, arbitrary: toTheSave },
  { weight: 2, arbitrary: wait },
  { weight: 2, arbitrary: fc.constant(close) },
  { weight: 1, arbitrary: fc.constant(kill) },
  { weight: 2, arbitrary: cut },
  { weight: 7, arbitrary: cutWithin },
  { weight: 9, arbitrary: start },
  { weight: 3, arbitrary: cutAtStart },
  { weight: 6, arbitrary: damage },
  { weight: 4, arbitrary: refuse },
  { weight: 5, arbitrary: fc.constant(mend) },
  { weight: 4, arbitrary: refusedSave },
  { weight: 3, arbitrary: standStill },
  { weight: 3, arbitrary: rivalry },
  { weight: 4, arbitrary: removeLock },
)
