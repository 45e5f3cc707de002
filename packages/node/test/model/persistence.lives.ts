// How nodes of the persistence model start and end, and how its commands are made: each command
// needs a running node, or none.

import { createHash } from 'node:crypto'
import type { Family } from '@dht/krpc'
import type fc from 'fast-check'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { same } from '../support/alike.ts'
import { bytesOf, CrashDisk, text } from '../support/crash-disk.ts'
import { settle } from '../support/test-machine.ts'
import { type Both, compare, isOf, saved, sorted } from './persistence.checks.ts'
import { meaningOf, type PersistenceModel } from './persistence.model.ts'
import { PATH, type PersistenceWorld } from './persistence.world.ts'

export type Command = fc.AsyncCommand<Both, PersistenceWorld>
type Run = (both: Both, world: PersistenceWorld) => Promise<void>

type When = 'alive' | 'dead' | 'closed' | 'any'

/** @param when - whether a node has to run; nodes are started and ended accordingly */
export function command(name: string, when: When, run: Run): Command {
  return {
    check: () => true,
    run: async (both, world) => {
      const isAlive = both.model.life !== undefined
      if (when === 'alive' && !isAlive)
        await startAs({ families: [4, 6], isSlow: false }, both, world)
      if (when === 'dead' && isAlive) await killNode(both, world)
      if (when === 'closed' && isAlive) await closeNode(both, world)
      if (when !== 'any') await compare(both, world)
      // The start may have been refused.
      if (when !== 'alive' || both.model.life !== undefined) await run(both, world)
      await compare(both, world)
    },
    toString: () => name,
  }
}

export function note({ life, now }: PersistenceModel, what: string): void {
  life!.learnt = [...life!.learnt.filter((each) => each.what !== what), { what, at: now }]
}

export async function closeNode(both: Both, world: PersistenceWorld): Promise<void> {
  const { model } = both
  both.census.count('close')
  await world.node!.close()
  await settle()
  // After its end, the warnings and the file of the node are those of the model.
  saved(both, world)
  model.close()
  same(sorted(world.warnings), sorted(model.life!.warnings))
  same([world.scripted.open, world.clock.alarms, world.process.alarms], [0, 0, 0])
  model.end(false)
  world.node = undefined
}

export async function killNode({ model, census }: Both, world: PersistenceWorld): Promise<void> {
  census.count('kill')
  await world.abandon()
  model.end(true)
}

export interface Start {
  readonly families: Family[]
  readonly isSlow: boolean
}

export async function startAs(
  { families, isSlow }: Start,
  both: Both,
  world: PersistenceWorld,
): Promise<void> {
  const { model, census } = both
  // No two damaged files get the same time in their names.
  await world.pass(1)
  model.now++
  const { held } = model
  const { lock } = model
  const found = model.start(world.leftovers.length > 0)
  world.scripted.hold()
  let outcome: DhtNode | string | undefined
  world.start(families, isSlow).then(
    (node) => {
      outcome = node
    },
    (error: { code: string }) => {
      outcome = error.code
    },
  )
  await settle()
  await world.pass(found.waitMs)
  model.now += found.waitMs
  if (found.waitMs > 0) census.count('start that waits for a lock')
  else if (lock?.isGone) census.count('start that knows its predecessor gone')
  if (found.kind === 'refused') {
    same(outcome, found.code)
    census.count('start refused')
    world.scripted.release()
    world.process.kill()
    if (model.lock !== lock) model.end(true)
    if (model.fault !== undefined) return
    census.count('start with another network’s file')
    // The file is left unchanged; the user of the node removes it.
    same(world.file(), held)
    replaceFile(undefined, both, world)
    return
  }
  world.attempts.splice(0)
  const meaning = meaningOf(world.file() ?? '', model.network)
  if (meaning.kind !== 'whole') throw new Error('nothing was saved at the start')
  if (isSlow) census.count('start while a name is looked up')
  const ids = found.saved?.ids ?? meaning.ids
  model.begin(found, { ids, families })
  const life = model.life!
  same([meaning.ids, sorted(meaning.contacts)], [ids, sorted(found.saved?.contacts ?? [])])
  same(meaning.entries, found.saved?.entries ?? [])
  model.save()
  model.held = world.file()
  if (typeof outcome !== 'object') throw new Error(`the start came to ${outcome}`)
  const node = outcome
  world.node = node
  same(node.id, life.ids[families[0]!])
  // META-1: no contact is good before it has responded.
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
  await settle()
  if (held === undefined) census.count('start without a file')
  else census.count(found.saved === undefined ? 'start with damage' : 'start with a file')
  if ((found.saved?.contacts.length ?? 0) > 0 && life.table.length === 0)
    census.count('start with nobody restored though the file has contacts')
}

export function replaceFile(
  held: string | undefined,
  { model }: Both,
  world: PersistenceWorld,
): void {
  const files = new Map(world.disk.files)
  if (held === undefined) files.delete(PATH)
  else files.set(PATH, held)
  const { fault } = world.disk
  world.disk = CrashDisk.holding(files, model.lock?.touchedAt === undefined ? 0 : world.machine.now)
  world.disk.fault = fault
  if (model.lock !== undefined) model.lock.touchedAt = model.now
  Object.assign(model, { held, former: [] })
}

const HEADER = 'dht-state 2\n'

/** A file with the right header and the right checksum. */
export function sealedText(body: string): string {
  const sum = createHash('sha256').update(bytesOf(body)).digest()
  return `${HEADER}${text(sum)}${body}`
}
