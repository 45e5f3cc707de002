// Processes that want the state of a node: while it runs, and while it stands still or its storage
// does.

import fc from 'fast-check'
import { expect } from 'vitest'
import { same } from '../support/alike.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { settle } from '../support/test-machine.ts'
import { type Both, pass, saved, touched } from './persistence.checks.ts'
import { type Command, command, sealedText } from './persistence.lives.ts'
import { LOOK_MS, SAVE_EVERY_MS, TOUCH_MS } from './persistence.model.ts'
import type { PersistenceWorld } from './persistence.world.ts'

/** What another process saves. */
const RIVAL = 'd2:id1:r7:network4:tinye'

/** A node stands still, or its storage does; another process may want the state meanwhile. */
export const standStill: fc.Arbitrary<Command> = fc
  .record({
    ms: fc.constantFrom(100, 4_000, 29_000, 45_000),
    isWhole: fc.boolean(),
    isRivalled: fc.constantFrom(true, true, false),
  })
  .map(({ ms, isWhole, isRivalled }) =>
    command(`standStill(${ms}, ${isWhole}, ${isRivalled})`, 'alive', async (both, world) => {
      const { model, census } = both
      census.count('stands still')
      model.fault = world.disk.fault = undefined
      const life = model.life!
      const { clock } = world
      const before = world.machine.now
      world.process.stop()
      // A process that stands still as a whole hears nothing of time either.
      if (isWhole) world.clock = new ManualClock(0)
      await world.pass(ms)
      if (isRivalled) await takeOver(both, world)
      else census.count('not taken over meanwhile')
      const stoodMs = world.machine.now - before
      model.now += stoodMs
      if (isRivalled) life.hasFailed = true
      world.clock = clock
      let due = 0
      if (isWhole) life.saveAt += stoodMs
      else for (; life.saveAt <= model.now; due++) life.saveAt += SAVE_EVERY_MS
      // What was learnt is saved so much later.
      if (isWhole) life.learnt = life.learnt.map((each) => ({ ...each, at: each.at + stoodMs }))
      world.process.resume()
      await settle()
      if (life.hasLost) due = 0
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

/** Another process takes the state of a node that stands still, changes it, and ends. */
async function takeOver({ model, census }: Both, world: PersistenceWorld): Promise<void> {
  const value = sealedText(RIVAL)
  const taken = await world.rival(value)
  if (taken === undefined) throw new Error('refused for a lock that nobody touches')
  same(taken.found, model.held)
  Object.assign(model, { held: value, former: [], lock: undefined })
  census.count('taken over meanwhile')
}

/** Another process wants the state of a node that runs. */
export const rivalry: Command = command('rivalry', 'alive', async (both, world) => {
  const { model, census } = both
  if (model.life!.hasLost) return
  model.fault = world.disk.fault = undefined
  const before = world.machine.now
  same(await world.rival(sealedText(RIVAL)), undefined)
  const tookMs = world.machine.now - before
  expect(tookMs).toBeLessThanOrEqual(TOUCH_MS + LOOK_MS)
  census.count('rival refused')
  // The world has been through it already.
  await pass(tookMs, both, world, async () => {})
})
