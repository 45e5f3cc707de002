// Checks that hold for a node, its warnings and its disk after every command of the persistence
// model. Every save is repeated with a power failure at each of its operations and bytes.

import type { Family } from '@dht/krpc'
import type { Census } from '@dht/testing/census'
import { expect } from 'vitest'
import { FileStorage } from '../../src/adapters/file-storage.ts'
import { same } from '../support/alike.ts'
import { text } from '../support/crash-disk.ts'
import { TestMachine } from '../support/test-machine.ts'
import { meaningOf, type PersistenceModel, SAVE_EVERY_MS, TOUCH_MS } from './persistence.model.ts'
import { type Attempt, LOCALS, PATH, type PersistenceWorld } from './persistence.world.ts'

export const FLOORS = {
  'learn somebody': 100,
  'learn somebody known': 15,
  'learn ourselves': 3,
  enter: 60,
  'enter again': 5,
  delete: 12,
  'just before the save': 15,
  'at the save': 10,
  'just after the save': 15,
  'a save of news': 40,
  'a crash point of a save': 5_000,
  'the old file after a crash': 4_000,
  'the new file after a crash': 1_000,
  close: 30,
  kill: 20,
  'power cut at rest': 15,
  'power cut within a save': 40,
  'power cut within a start': 10,
  'cut within a save, old file': 8,
  'cut within a save, new file': 10,
  'a damaged file comes back': 0,
  'start without a file': 50,
  'start with a file': 60,
  'start with damage': 15,
  'start with another network’s file': 4,
  'start while a name is looked up': 10,
  'start with nobody restored though the file has contacts': 1,
  'save refused': 15,
  'save over refusals that do not matter': 3,
  'start refused': 15,
  'start that waits for a lock': 20,
  'start that knows its predecessor gone': 10,
  'stands still': 10,
  'taken over and kept': 4,
  'taken over and given back': 4,
  'lock removed': 15,
  'lock removed and taken': 1,
  'lock made anew by a save': 3,
  'lock made anew by a touch': 1,
  'loss of a lock that is another’s': 2,
  'loss of a lock that was removed': 2,
  'not taken over meanwhile': 2,
  'rival refused': 8,
  'loss noticed by a save': 2,
  'loss noticed by a touch': 1,
  'not saved after a loss': 8,
  'one save waits for another': 3,
  'contacts of the other family kept': 2,
} as const

export type Case = keyof typeof FLOORS

/** At real widths no peer has the own id, and fewer scripts are played. */
export const REAL_FLOORS: Readonly<Record<Case, number>> = Object.fromEntries(
  Object.entries(FLOORS).map(([name, floor]) => [name, floor < 20 ? 0 : floor / 5]),
) as Record<Case, number>

export interface Both {
  readonly model: PersistenceModel
  readonly census: Census<Case>
}

export const sorted = (list: readonly string[]): string[] => [...list].sort()

/** Compares node, warnings and disk with the model. */
export async function compare(both: Both, world: PersistenceWorld): Promise<void> {
  const { model } = both
  for (const attempt of world.attempts.splice(0)) await crashEverywhere(attempt, both)
  same(world.file(), model.held)
  same(world.aside, model.aside)
  same(world.file(`${PATH}.lock`) !== undefined, model.lock !== undefined)
  const { life } = model
  if (life === undefined) {
    same(world.scripted.open, 0)
    return
  }
  const { announcements: entries, overlays } = world.node!.info()
  const entered = entries.map((entry) => `${entry.id}:${entry.port}`)
  const members = overlays.map(({ contacts }) => {
    return contacts.good + contacts.questionable + contacts.bad
  })
  const known = life.families.map((family) => life.table.filter((key) => isOf(family, key)).length)
  const locals = life.families.map((family) => LOCALS[family])
  same(
    overlays.map(({ id }) => id),
    life.families.map((family) => life.ids[family]),
  )
  same(entered, life.entries)
  same(members, known)
  same(world.node!.endpoints, locals)
  same(sorted(world.warnings), sorted(life.warnings))
  keepsPromise(model)
}

export const isOf = (family: Family, key: string): boolean => key.includes('[') === (family === 6)

/** PERSIST-5: what was known `SAVE_EVERY_MS` ago is in the file, unless the storage failed. */
function keepsPromise({ life, held, network, now }: PersistenceModel): void {
  if (life === undefined || life.hasFailed) return
  const due = life.learnt.filter(({ at, what }) => {
    return now - at >= SAVE_EVERY_MS && (life.table.includes(what) || life.entries.includes(what))
  })
  if (due.length === 0) return
  const meaning = meaningOf(held ?? '', network)
  const saved = meaning.kind === 'whole' ? [...meaning.contacts, ...meaning.entries] : []
  const lost = due.map(({ what }) => what).filter((what) => !saved.includes(what))
  same(lost, [])
}

/** PERSIST-4: after a power failure at any time, there is the old file or the new one. */
async function crashEverywhere({ before, bytes }: Attempt, { census }: Both): Promise<void> {
  const old = before.leftoversOf(PATH)
  const held = text(bytes)
  const disk = before.fork()
  disk.observe(PATH, (left, points) => {
    census.count('a crash point of a save', points)
    for (const found of left) {
      if (found !== held && !old.has(found)) throw new Error(`neither old nor new: ${found}`)
      const which = found === held ? 'the new file after a crash' : 'the old file after a crash'
      census.count(which, points)
    }
  })
  await new FileStorage(PATH, new TestMachine(disk).process()).save(bytes)
}

/** Checks what a save has written, and takes it over into the model. */
function takeOver(both: Both, world: PersistenceWorld): void {
  const { model } = both
  const held = world.file()
  const meaning = meaningOf(held ?? '', model.network)
  const { ids, contacts, entries } = model.expected()
  expect(meaning).toMatchObject({ kind: 'whole', ids, entries })
  if (meaning.kind === 'whole') same(sorted(meaning.contacts), sorted(contacts))
  const { families } = model.life!
  if (contacts.some((key) => !families.some((family) => isOf(family, key))))
    both.census.count('contacts of the other family kept')
  if (held !== model.held) both.census.count('a save of news')
  model.held = held
}

export function saved(both: Both, world: PersistenceWorld): void {
  const { model, census } = both
  const isSaved = noted(both, 'save', () => model.save())
  if (isSaved) takeOver(both, world)
  else census.count(model.life!.loss ? 'not saved after a loss' : 'save refused')
  if (isSaved && model.fault !== undefined) census.count('save over refusals that do not matter')
}

/**
 * Lets time pass with the saves and touches that are due.
 *
 * @param reach - lets that much time pass in the world
 */
export async function pass(
  ms: number,
  both: Both,
  world: PersistenceWorld,
  reach: (ms: number) => Promise<void> = (further) => world.pass(further),
): Promise<void> {
  const { model } = both
  const until = model.now + ms
  const life = model.life!
  for (;;) {
    const next = Math.min(life.saveAt, life.touchAt)
    if (next > until) break
    await reach(next - model.now)
    model.now = next
    if (life.saveAt === next) {
      life.saveAt += SAVE_EVERY_MS
      saved(both, world)
    }
    if (life.touchAt === next) touched(both)
  }
  await reach(until - model.now)
  model.now = until
}

/** The lock is touched, or its loss is noticed. */
export function touched(both: Both): void {
  const { model } = both
  model.life!.touchAt = model.now + TOUCH_MS
  noted(both, 'touch', () => model.touch())
}

/** Counts what a save or a touch does about the lock. */
function noted<T>({ model, census }: Both, by: 'save' | 'touch', check: () => T): T {
  const life = model.life!
  const { loss, renewals } = life
  const result = check()
  if (life.renewals > renewals) census.count(`lock made anew by a ${by}`)
  if (loss !== undefined || life.loss === undefined) return result
  census.count(`loss noticed by a ${by}`)
  const isRemoved = life.loss === 'removed'
  census.count(`loss of a lock that ${isRemoved ? 'was removed' : 'is another’s'}`)
  return result
}
