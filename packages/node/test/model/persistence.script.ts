// Scripts of a node's life with its state file: learning, entering, saving, crashing, damage and
// refusals of the file system. What a command aims at is looked up in the model when it runs.

import { createHash } from 'node:crypto'
import { type Id, idFromBytes, idToHex } from '@dht/id'
import { type Family, formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect } from 'vitest'
import { same } from '../support/alike.ts'
import { bytesOf, CrashDisk, type Operation, text } from '../support/crash-disk.ts'
import { type Both, compare, isOf, pass, saved, sorted } from './persistence.checks.ts'
import { keyOf, meaningOf, type PersistenceModel, SAVE_EVERY_MS } from './persistence.model.ts'
import { PATH, type PersistenceWorld } from './persistence.world.ts'

type Command = fc.AsyncCommand<Both, PersistenceWorld>
type Run = (both: Both, world: PersistenceWorld) => Promise<void>

type When = 'alive' | 'dead' | 'closed' | 'any'

/** @param when - for the living, the dead, or anybody: nodes are started and ended for it */
function command(name: string, when: When, run: Run): Command {
  return {
    check: () => true,
    run: async (both, world) => {
      const isAlive = both.model.life !== undefined
      if (when === 'alive' && !isAlive)
        await startAs({ families: [4, 6], isSlow: false }, both, world)
      if (when === 'dead' && isAlive) await killNode(both, world)
      if (when === 'closed' && isAlive) await closeNode(both, world)
      if (when !== 'any') await compare(both, world)
      // A start can be refused.
      if (when !== 'alive' || both.model.life !== undefined) await run(both, world)
      await compare(both, world)
    },
    toString: () => name,
  }
}

function note({ life, now }: PersistenceModel, what: string): void {
  life!.learnt = [...life!.learnt.filter((each) => each.what !== what), { what, at: now }]
}

const learn = fc.nat(11).map((which) =>
  command(`learn(${which})`, 'alive', async ({ model, census }, world) => {
    const { table, families, id } = model.life!
    const peers = world.peers.filter(({ endpoint }) => families.includes(endpoint.family))
    const peer = peers[which % peers.length]!
    const key = keyOf(peer)
    const pinging = world.node!.ping(peer.endpoint).then(
      (contact) => `${contact.id}@${formatEndpoint(contact)}`,
      (error: { code: string }) => error.code,
    )
    await world.settle()
    if (key.startsWith(`${id}@`)) {
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
    await world.settle()
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
    await world.settle()
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

async function closeNode(both: Both, world: PersistenceWorld): Promise<void> {
  both.census.count('close')
  await world.node!.close()
  await world.settle()
  // The last word of a node: its warnings are as the model's, and its file is.
  saved(both, world)
  same(world.warnings, both.model.life!.warnings)
  both.model.life = undefined
  world.node = undefined
}

const close = command('close', 'alive', closeNode)

const kill = command('kill', 'alive', killNode)

async function killNode({ model, census }: Both, world: PersistenceWorld): Promise<void> {
  census.count('kill')
  model.life = undefined
  await world.abandon()
}

/** The power fails while nothing is being saved. */
const cut = fc.nat(9).map((which) =>
  command(`cut(${which})`, 'any', async (both, world) => {
    both.census.count('power cut at rest')
    await wakeUp(which, both, world, [])
  }),
)

/** Everything starts from one of the states that a power cut may leave. */
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
  if (held !== undefined && held === model.aside) census.count('a damaged file comes back')
  const disk = CrashDisk.holding(chosen)
  disk.fault = world.disk.fault
  world.disk = disk
  await world.abandon()
  Object.assign(model, { held, former: [], life: undefined })
  model.aside = chosen.get(`${PATH}.damaged`)
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
      const { id, contacts, entries } = model.expected()
      // All operations and bytes there are, and a few more: then the save stands.
      const records = [id, ...contacts, ...entries].length * (model.network.idLength + 18)
      const size = 150 + records
      world.disk.failAfter(Math.floor((point * size) / 1_000))
      await world.pass(ms)
      model.now += ms
      if (how === 'close') await world.node!.close()
      await world.settle()
      const [attempt] = world.attempts
      world.attempts = []
      const news = attempt && text(attempt.bytes)
      if (news !== undefined) {
        const meaning = meaningOf(news, model.network)
        expect(meaning).toMatchObject({ kind: 'whole', id, entries })
        if (meaning.kind === 'whole') same(sorted(meaning.contacts), sorted(contacts))
      }
      census.count('power cut within a save')
      const isNew = news !== undefined && model.held !== news
      // What was damaged may have been moved before the power failed.
      const moved = model.isBlocked ? [undefined] : []
      await wakeUp(which, both, world, news === undefined ? moved : [news, ...moved])
      if (isNew) {
        const name = model.held === news ? 'new' : 'old'
        census.count(`cut within a save, ${name} file`)
      }
    }),
  )

interface Start {
  readonly families: Family[]
  readonly isSlow: boolean
}

async function startAs(
  { families, isSlow }: Start,
  both: Both,
  world: PersistenceWorld,
): Promise<void> {
  const { model, census } = both
  const held = model.held
  const wasReadable = model.fault?.operation !== 'readFile'
  const found = model.load()
  world.scripted.hold()
  const starting = world.start(families, isSlow).then(
    (node) => node,
    (error: { code: string }) => error.code,
  )
  if (found === undefined) {
    census.count('start with another network’s file')
    same(await starting, 'ERR_DHT_NODE_ARGUMENT')
    world.scripted.release()
    // Left as it was; whoever runs the node takes it away.
    same(world.file(), held)
    replaceFile(undefined, both, world)
    return
  }
  if (isSlow) census.count('start while a name is looked up')
  const node = await starting
  if (typeof node === 'string') throw new Error(`the start was refused: ${node}`)
  model.begin(found, { id: node.id, families })
  world.watch(node)
  const life = model.life!
  if (found.saved !== undefined) same(life.id, found.saved.id)
  // META-1: nobody is trusted before answering.
  const standings = node.info().overlays.map(({ contacts }) => contacts)
  same(
    standings.map(({ questionable }) => questionable),
    families.map((family) => life.table.filter((key) => isOf(family, key)).length),
  )
  same(
    standings.filter(({ good, bad }) => good + bad > 0),
    [],
  )
  for (const what of [...life.table, ...life.entries]) note(model, what)
  world.scripted.release()
  await world.settle()
  if (!wasReadable) census.count('unreadable file')
  else if (held === undefined) census.count('start without a file')
  else census.count(found.saved === undefined ? 'start with damage' : 'start with a file')
  if (model.isBlocked) census.count('damage could not be set aside')
  if ((found.saved?.contacts.length ?? 0) > 0 && life.table.length === 0)
    census.count('start with nobody restored though the file has contacts')
}

const start = fc
  .record({
    families: fc.constantFrom<Family[][]>([4, 6], [4], [6], [4, 6]),
    isSlow: fc.constantFrom(false, false, false, true),
  })
  .map((chosen) =>
    command(`start(${chosen.families}${chosen.isSlow ? ', slow' : ''})`, 'closed', (both, world) =>
      startAs(chosen, both, world),
    ),
  )

const HEADER = 'dht-state 1\n'

/** A file with the right header and the right checksum. */
export function sealedText(body: string): string {
  const sum = createHash('sha256').update(bytesOf(body)).digest()
  return `${HEADER}${text(sum)}${body}`
}

/** What may become of a file while nobody looks. */
const DAMAGES: Readonly<Record<string, (held: string, at: number, network: string) => string>> = {
  flip: (held, at) => {
    const i = at % held.length
    const flipped = String.fromCharCode(held.charCodeAt(i) ^ (1 << (at % 8)))
    return held.slice(0, i) + flipped + held.slice(i + 1)
  },
  truncate: (held, at) => held.slice(0, at % held.length),
  extend: (held, at) => held + String.fromCharCode(at % 256),
  'other version': (held) => held.replace(' 1\n', ' 2\n'),
  'other network': () => sealedText('d2:id1:x7:network5:othere'),
  'no network': () => sealedText('d2:id1:xe'),
  'wide id': (_held, _at, name) => sealedText(`d2:id3:xyz7:network${name.length}:${name}e`),
  'no dictionary': () => sealedText('4:hugo'),
  'no bencode': () => sealedText('d4:'),
}

function replaceFile(held: string | undefined, { model }: Both, world: PersistenceWorld): void {
  const files = new Map(world.disk.files)
  if (held === undefined) files.delete(PATH)
  else files.set(PATH, held)
  const { fault } = world.disk
  world.disk = CrashDisk.holding(files)
  world.disk.fault = fault
  world.mount()
  Object.assign(model, { held, former: [] })
}

/** Some damage can't be put aside either. */
const damage = fc
  .record({
    how: fc.constantFrom(...Object.keys(DAMAGES), 'other network'),
    at: fc.nat(),
    isStubborn: fc.boolean(),
  })
  .map(({ how, at, isStubborn }) =>
    command(`damage(${how}, ${at}, ${isStubborn})`, 'dead', async (both, world) => {
      const { held } = both.model
      if (held === undefined || held === '') return
      replaceFile(DAMAGES[how]!(held, at, both.model.network.name), both, world)
      const fault = isStubborn ? ({ operation: 'rename', code: 'EACCES' } as const) : undefined
      both.model.fault = world.disk.fault = fault
    }),
  )

const OPERATIONS: readonly Operation[] = [
  'mkdir',
  'readFile',
  'rename',
  'rename',
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

const mend = command('mend', 'any', async ({ model }, world) => {
  model.fault = world.disk.fault = undefined
})

/** Whoever runs a node that could not save puts right what stood in the way. */
const recover = command('recover', 'any', async (both, world) => {
  const { model } = both
  if (!model.isBlocked || model.life === undefined) return
  model.fault = world.disk.fault = undefined
  await pass(model.life.saveAt - model.now, both, world)
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
  { weight: 5, arbitrary: cutWithin },
  { weight: 7, arbitrary: start },
  { weight: 6, arbitrary: damage },
  { weight: 4, arbitrary: refuse },
  { weight: 5, arbitrary: fc.constant(mend) },
  { weight: 7, arbitrary: fc.constant(recover) },
)
