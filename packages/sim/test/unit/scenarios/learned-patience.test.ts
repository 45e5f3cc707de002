// Attackers learn how long a node waits, from a node of their own.

import { CORE_DEFAULTS } from '@dht/node/core'
import { describe, expect, it } from 'vitest'
import { learnedPatienceMs } from '../../../src/scenarios/learned-patience.ts'

describe('the patience of an asker', { timeout: 60_000 }, () => {
  it.each([1_000, CORE_DEFAULTS.giveUpMs])('is learned: %i ms', (giveUpMs) => {
    const learned = learnedPatienceMs({ giveUpMs })
    expect(learned).toBeGreaterThan(giveUpMs - 250)
    expect(learned).toBeLessThanOrEqual(giveUpMs + 250)
  })
})
