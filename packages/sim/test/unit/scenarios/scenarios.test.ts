// Every scenario at its smallest, with seeds that are known to pass: that it runs, measures what it
// says, and is the same run each time. What they find at full size is for the command line.

import { describe, expect, it } from 'vitest'
import type { Judge } from '../../../src/judges/judge.ts'
import { isAsWanted, type Report } from '../../../src/reports/report.ts'
import type { Scenario, ScenarioSettings } from '../../../src/scenarios/scenario.ts'
import { SCENARIOS } from '../../../src/scenarios/scenarios.ts'

const TINY: Readonly<Record<string, Partial<ScenarioSettings>>> = {
  grown: { nodes: 40, hours: 0.05, extras: { lookups: 30 } },
  reinstatement: { nodes: 20, extras: { runs: 2 } },
  'churn-day': { nodes: 30, hours: 1, seed: 2, extras: { loss: 5, lookups: 100 } },
  halved: { nodes: 40, hours: 1.2, extras: { lookups: 100 } },
  partition: { nodes: 40, hours: 1.5, extras: { lookups: 100 } },
  restart: { nodes: 25, extras: { lookups: 60 } },
  'flash-crowd': { nodes: 40 },
  suspend: { nodes: 50, hours: 1 },
}

/** A machine may be busy with other things. */
const PATIENT = { timeout: 60_000 }

function scenario(name: string): Scenario {
  return SCENARIOS.find((each) => each.name === name) as Scenario
}

function missed({ figures }: Report): unknown[] {
  return figures.filter((figure) => !isAsWanted(figure))
}

describe('scenarios', () => {
  it('are all tried here', () => {
    expect(SCENARIOS.map(({ name }) => name)).toEqual(Object.keys(TINY))
  })

  it.each(Object.entries(TINY))('%s finds what is wanted of it', PATIENT, (name, settings) => {
    const report = scenario(name).run(settings)
    expect(missed(report)).toEqual([])
    expect(report.passed).toBe(true)
    expect(report.scenario).toBe(name)
    expect(report.events).toBeGreaterThan(1_000)
    expect(
      report.figures.filter(({ atMost, atLeast }) => atMost ?? atLeast).length,
    ).toBeGreaterThan(0)
    expect(report.plots.length).toBeGreaterThan(0)
  })

  it('are the same run for the same seed, and another for another', () => {
    const run = (seed: number): Report => {
      return scenario('grown').run({ nodes: 12, hours: 0.01, seed, extras: { lookups: 4 } })
    }
    expect(run(3)).toEqual(run(3))
    expect(run(4).traceHash).not.toBe(run(3).traceHash)
  })

  it('hear their judges, one of a kind for each world', () => {
    let made = 0
    const judges = (): readonly Judge[] => {
      made++
      let events = 0
      const violations: Judge['violations'][number][] = []
      return [
        {
          name: 'strict',
          violations,
          afterEvent: () => void events++,
          atEnd: (world) => {
            const seen = `${events > 100} after ${world.hosts.length} hosts`
            violations.push({ property: 'SIM-S7', at: world.now, host: undefined, seen })
          },
        },
      ]
    }
    const report = scenario('reinstatement').run({ nodes: 12, extras: { runs: 2 } }, { judges })
    expect(made).toBe(2)
    expect(report.violations.map(({ seen }) => seen)).toEqual([
      'true after 12 hosts',
      'true after 12 hosts',
    ])
    expect(report.passed).toBe(false)
  })

  it('say how far they are, and never go back', () => {
    const told: number[] = []
    const progress = { tell: (share: number) => void told.push(share) }
    scenario('grown').run({ nodes: 12, hours: 0.01, extras: { lookups: 4 } }, { progress })
    expect(told.length).toBeGreaterThan(10)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
  })

  it('refuse settings that can not be', () => {
    const { run } = scenario('grown')
    const bad: readonly Partial<ScenarioSettings>[] = [
      { nodes: 1 },
      { nodes: 2.5 },
      { hours: -1 },
      { hours: Number.NaN },
      { extras: { lookups: -1 } },
      { extras: { speed: 1 } },
    ]
    for (const settings of bad) {
      expect(() => run(settings)).toThrow(expect.objectContaining({ code: 'ERR_DHT_SIM_ARGUMENT' }))
    }
  })
})

describe('what is wanted can be missed', () => {
  it('values are missed when nobody renews them', () => {
    // All holders crash; an hour is too short when it is no hour.
    const report = scenario('reinstatement').run({ nodes: 20, hours: 0.01, extras: { runs: 2 } })
    expect(report.passed).toBe(false)
    expect(missed(report)).not.toEqual([])
  })

  it('values that nobody could be given do not count as found', () => {
    const report = scenario('churn-day').run({
      nodes: 20,
      hours: 0.5,
      extras: { loss: 95, lookups: 20 },
    })
    expect(missed(report)).toContainEqual(
      expect.objectContaining({ name: expect.stringContaining('values that stand') }),
    )
  })
})
