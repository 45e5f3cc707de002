// Compares a node and its state file with their model after every command, on a disk that may lose
// power at any byte. Then starts nodes from files that break every rule.

import { dht256, mainline, type Network } from '@dht/krpc'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { CrashDisk } from '../support/crash-disk.ts'
import { type Case, FLOORS, REAL_FLOORS } from './persistence.checks.ts'
import { sealedText } from './persistence.lives.ts'
import { familyOf, meaningOf, PersistenceModel } from './persistence.model.ts'
import { anyCommand } from './persistence.script.ts'
import { PATH, PersistenceWorld } from './persistence.world.ts'

const tiny: Network = { ...dht256, name: 'tiny', key: 'tiny', idLength: 1 }
/** The real network without its pace, since scripts query one peer often. */
const unpaced: Network = { ...mainline, pace: { perSecond: 1_000, burst: 1_000 } }

/** Plays scripts, each from an empty disk; a node that runs at the end is abandoned. */
async function play(
  networks: readonly Network[],
  runs: number,
  census: Census<Case>,
): Promise<void> {
  const world = fc.constantFrom(...networks)
  await fc.assert(
    fc.asyncProperty(world, fc.commands([anyCommand], scripts(40)), async (network, commands) => {
      const real = new PersistenceWorld(network)
      try {
        await fc.asyncModelRun(
          () => ({ model: { model: new PersistenceModel(network), census }, real }),
          commands,
        )
      } finally {
        await real.abandon()
      }
    }),
    modelRuns(runs),
  )
}

it('PERSIST-2, PERSIST-4, PERSIST-5, PERSIST-8, PERSIST-10, STATE-1: a file is its model', {
  timeout: MODEL_TIMEOUT_MS,
}, async () => {
  const census = new Census('persistence', FLOORS)
  await play([tiny], 0.8, census)
  expect(census.close()).toEqual([])
})

it('PERSIST-1, PERSIST-4, PERSIST-5, PERSIST-6: also with ids of real width', {
  timeout: MODEL_TIMEOUT_MS,
}, async () => {
  const census = new Census('persistence-real', REAL_FLOORS)
  await play([dht256, unpaced], 0.2, census)
  expect(census.close()).toEqual([])
})

/** Records of `width` bytes and a rest: with the own id, repeated ids and addresses, port 0. */
function packed(width: number, tail: number): fc.Arbitrary<string> {
  const char = fc.oneof(fc.constantFrom(0, 1), fc.nat(255)).map((byte) => String.fromCharCode(byte))
  const id = fc.oneof(
    fc.constant('\xa5'.repeat(width)),
    fc.string({ unit: char, minLength: width, maxLength: width }),
  )
  const record = fc
    .tuple(id, fc.string({ unit: char, minLength: tail, maxLength: tail }))
    .map((two) => two.join(''))
  const records = fc.array(record, { maxLength: 150, size: 'max' }).map((all) => all.join(''))
  return fc.tuple(records, fc.string({ unit: char, maxLength: width })).map((two) => two.join(''))
}

it('PERSIST-3: a start drops invalid contacts and announcements from the file', {
  timeout: MODEL_TIMEOUT_MS,
}, async () => {
  const field = (name: string, held: string): string =>
    `${name.length}:${name}${held.length}:${held}`
  const body = fc.constantFrom(tiny, dht256, mainline).chain((network) =>
    fc.record({
      network: fc.constant(network),
      contacts: packed(network.idLength, 6),
      contacts6: packed(network.idLength, 18),
      entries: packed(network.idLength, 2),
    }),
  )
  await fc.assert(
    fc.asyncProperty(body, async ({ network, contacts, contacts6, entries }) => {
      const world = new PersistenceWorld(network)
      const id = '\xa5'.repeat(network.idLength)
      const fields = [
        field('contacts', contacts),
        field('contacts6', contacts6),
        field('entries', entries),
        field('id', id),
        field('id6', id),
        field('network', network.name),
      ]
      world.disk = CrashDisk.holding(new Map([[PATH, sealedText(`d${fields.join('')}e`)]]))
      const told = meaningOf(world.file()!, network)
      world.node = await world.start([4, 6], false)
      const { overlays, announcements: entered } = world.node!.info()
      for (const { buckets } of overlays) {
        buckets.forEach((members, depth) => {
          const width = Math.max(CORE_DEFAULTS.bucketWidths[depth] ?? 0, CORE_DEFAULTS.k)
          expect(members).toBeLessThanOrEqual(width)
        })
      }
      expect(entered.every(({ port }) => port > 0)).toBe(true)
      await world.node!.close()
      const saved = meaningOf(world.file()!, network)
      if (saved.kind !== 'whole' || told.kind !== 'whole') throw new Error('not a state')
      expect(world.warnings).toEqual([])
      for (const family of [4, 6] as const) {
        const restored = saved.contacts.filter((key) => familyOf(key) === family)
        const total = overlays.find((each) => each.family === family)!.buckets
        // If no contact could be restored, the file keeps its contacts.
        if (total.every((members) => members === 0)) continue
        const ids = restored.map((key) => key.split('@')[0])
        const addresses = restored.map((key) => key.split('@')[1])
        expect(new Set(ids).size).toBe(ids.length)
        expect(new Set(addresses).size).toBe(addresses.length)
        expect(ids).not.toContain(saved.ids[family])
        expect(restored.every((key) => told.contacts.includes(key) && !key.endsWith(':0'))).toBe(
          true,
        )
      }
    }),
    modelRuns(0.2),
  )
})
