// Scripts that once showed a defect, compared with the model again: each is in `regressions` with a
// sentence on what was wrong, in the moves of the explorer. To add one, copy what follows `after`
// in the message of a failed exploration.

import { readdirSync, readFileSync } from 'node:fs'
import { Census } from '@dht/testing/census'
import { describe, expect, it } from 'vitest'
import { FLOORS } from './cases.ts'
import type { Setup } from './facts.ts'
import { type Move, tiny, worldOf } from './table.world.ts'

interface Regression {
  readonly found: string
  /** Ids of three bits and addresses of one letter. */
  readonly contacts: string
  readonly options: Partial<Setup>
  readonly script: readonly Move[]
}

const FOLDER = new URL('regressions/', import.meta.url)

function read(name: string): Regression {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Regression
}

describe('RT-62, STATE-6, STATE-50, STATE-53: a script that once showed a defect', () => {
  it.each(readdirSync(FOLDER))('%s', (name) => {
    const { found, contacts, options, script } = read(name)
    expect(found).toMatch(/\.$/)
    const world = worldOf(tiny(contacts, options), new Census('routing-table', FLOORS))
    for (const move of script) {
      expect(world.moves()).toContainEqual(move)
      world.make(move)
      // Throws at any difference from the model, and at any violated law.
      world.key()
    }
  })
})
