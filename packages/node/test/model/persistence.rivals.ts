// Other processes that want the state of a node: while it runs, while it or its storage is
// suspended, and after its lock file was removed.

import fc from 'fast-check'
import { expect } from 'vitest'
import { same } from '../support/alike.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { settle } from '../support/test-machine.ts'
import { type Both, pass, saved, touched } from './persistence.checks.ts'
import { type Command, command, sealedText } from './persistence.lives.ts'
import { LOOK_MS, SAVE_EVERY_MS, TOUCH_MS } from './persistence.model.ts'
import { PATH, type PersistenceWorld } from './persistence.world.ts'

/** What another process saves. */
const RIVAL = 'd2:id1:r3:id61:r7:network4:tinye'

/** Whether the other process releases the state, or crashes while it has it. */
type Rival = 'keeps it' | 'gives it back'

/** A node or its storage is suspended; another process may take the state meanwhile. */
export const standStill: fc.Arbitrary<Command> = fc
  .record({
    ms: fc.constantFrom(100, 4_000, 29_000, 45_000),
    isWhole: fc.boolean(),
    rival: fc.constantFrom<(Rival | undefined)[]>('keeps it', 'gives it back', undefined),
  })
  .map(({ ms, isWhole, rival }) =>
    command(`standStill(${ms}, ${isWhole}, ${rival})`, 'alive', async (both, world) => {
      const { model, census } = both
      census.count('stands still')
      model.fault = world.disk.fault = undefined
      const life = model.life!
      const { clock } = world
      const before = world.machine.now
      world.process.stop()
      // For a process that is suspended as a whole, no time passes.
      if (isWhole) world.clock = new ManualClock(0)
      await world.pass(ms)
      const taking = rival && (await takeOver(rival, both, world))
      if (rival === undefined) census.count('not taken over meanwhile')
      const stoodMs = world.machine.now - before
      model.now += stoodMs
      taking?.()
      world.clock = clock
      let due = 0
      if (isWhole) life.saveAt += stoodMs
      else for (; life.saveAt <= model.now; due++) life.saveAt += SAVE_EVERY_MS
      // What was learned is saved that much later.
      if (isWhole) life.learnt = life.learnt.map((each) => ({ ...each, at: each.at + stoodMs }))
      world.process.resume()
      await settle()
      if (life.loss !== undefined) due = 0
      if (due > 1) {
        model.unfinished()
        census.count('one save waits for another')
      }
      for (let save = 0; save < Math.min(due, 2); save++) saved(both, world)
      world.attempts.splice(0)
      if (life.touchAt <= model.now) {
        await world.machine.goTo(world.machine.now)
        touched(both)
      }
    }),
  )

/** Another process takes the state, changes it, and ends. @returns tells the model */
async function takeOver(
  rival: Rival,
  { model, census }: Both,
  world: PersistenceWorld,
): Promise<() => void> {
  const value = sealedText(RIVAL)
  const taken = await world.rival(value, rival === 'keeps it')
  if (taken === undefined) throw new Error('refused for a lock that nobody touches')
  same(taken.found, model.held)
  census.count(rival === 'keeps it' ? 'taken over and kept' : 'taken over and given back')
  return () => {
    const lock = { isOurs: false, touchedAt: model.now, isGone: false }
    const left = rival === 'keeps it' ? lock : undefined
    Object.assign(model, { held: value, former: [], lock: left })
    model.life!.hasFailed = true
  }
}

/** Another process wants the state of a node that runs. */
export const rivalry: fc.Arbitrary<Command> = fc
  .record({
    rival: fc.constantFrom<Rival[]>('keeps it', 'gives it back'),
    isUnlocked: fc.constantFrom(false, false, true),
  })
  .map(({ rival, isUnlocked }) =>
    command(`rivalry(${rival}, ${isUnlocked})`, 'alive', async (both, world) => {
      const { model, census } = both
      if (model.life!.loss !== undefined) return
      model.fault = world.disk.fault = undefined
      if (isUnlocked) await unlock(both, world)
      if (model.lock === undefined) {
        const taking = await takeOver(rival, both, world)
        taking()
        census.count('lock removed and taken')
        return
      }
      if (!model.lock.isOurs) return
      const before = world.machine.now
      same(await world.rival(sealedText(RIVAL), false), undefined)
      const tookMs = world.machine.now - before
      expect(tookMs).toBeLessThanOrEqual(TOUCH_MS + LOOK_MS)
      census.count('rival refused')
      // In the world this time has passed already.
      await pass(tookMs, both, world, async () => {})
    }),
  )

/** The lock file is removed by hand while the node runs, now or just before the next touch. */
export const removeLock: fc.Arbitrary<Command> = fc.boolean().map((isBeforeTouch) =>
  command(`removeLock(${isBeforeTouch})`, 'alive', async (both, world) => {
    const { model } = both
    model.fault = world.disk.fault = undefined
    const untilTouchMs = model.life!.touchAt - model.now
    if (isBeforeTouch) await pass(untilTouchMs - 1, both, world)
    await unlock(both, world)
    if (isBeforeTouch) await pass(1, both, world)
  }),
)

async function unlock({ model, census }: Both, world: PersistenceWorld): Promise<void> {
  if (model.lock === undefined) return
  await world.disk.operations.unlink(`${PATH}.lock`)
  model.lock = undefined
  census.count('lock removed')
}
