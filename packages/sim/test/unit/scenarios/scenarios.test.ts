// Every scenario with few nodes, and with seeds that are known to pass: that it runs, measures what
// it says, and gives the same run each time. Use the command line for full size.

import { describe, expect, it } from 'vitest'
import type { Checker } from '../../../src/invariants/checker.ts'
import { isAsWanted, type Report } from '../../../src/reports/report.ts'
import type { Scenario, ScenarioSettings } from '../../../src/scenarios/scenario.ts'
import { SCENARIOS } from '../../../src/scenarios/scenarios.ts'

/** Generous, because the machine may be busy. */
const PATIENT = { timeout: 60_000 }

function scenario(name: string): Scenario {
  return SCENARIOS.find((each) => each.name === name) as Scenario
}

function missed({ figures }: Report): unknown[] {
  return figures.filter((figure) => !isAsWanted(figure))
}

/** Runs a scenario that must pass. */
function passing(name: string, settings: Partial<ScenarioSettings>): void {
  tried.add(name)
  // The same run, in less time (SIM-S7).
  const report = scenario(name).run({ encoded: false, ...settings })
  expect(missed(report)).toEqual([])
  expect(report).toMatchObject({ scenario: name, passed: true })
  expect(report.events).toBeGreaterThan(1_000)
  expect(report.plots.length).toBeGreaterThan(0)
  const wanted = report.figures.filter(({ atMost, atLeast }) => (atMost ?? atLeast) !== undefined)
  expect(wanted.length).toBeGreaterThan(1)
}

/** Runs a scenario that measures an attack: few of its figures have limits, and it has no plots. */
function measuring(name: string, settings: Partial<ScenarioSettings>): void {
  tried.add(name)
  const report = scenario(name).run({ encoded: false, ...settings })
  expect(missed(report)).toEqual([])
  expect(report.figures.length).toBeGreaterThan(3)
  expect(report.figures.filter(({ value }) => !Number.isFinite(value))).toEqual([])
}

const tried = new Set<string>()

describe('with few nodes', PATIENT, () => {
  it('SIM-K1, SIM-K2: grown: lookups are exact and find what is published', () => {
    passing('grown', { nodes: 40, hours: 0.05, extras: { lookups: 30 } })
  })

  it('SIM-K1: closest: the same with some hosts near and some far', () => {
    passing('closest', { nodes: 30, hours: 0.05, extras: { lookups: 90, runs: 1 } })
  })

  it('quick: what lookups cost with equal round trips', () => {
    passing('quick', { nodes: 40, hours: 0.05, extras: { lookups: 60 } })
  })

  it('SIM-R1: reinstatement: all holders crash, and all nodes find the value again', () => {
    passing('reinstatement', { nodes: 20, extras: { runs: 2 } })
  })

  it('SIM-R2: reinstatement: the same with one packet of ten lost', () => {
    passing('reinstatement', { nodes: 20, extras: { runs: 2, loss: 10 } })
  })

  it('SIM-C1: churn-day: nodes come and go, packets are lost', () => {
    passing('churn-day', { nodes: 30, hours: 1, seed: 2, extras: { loss: 5, lookups: 100 } })
  })

  it('halved: half of the nodes crash at once', () => {
    passing('halved', { nodes: 40, hours: 1.2, extras: { lookups: 100 } })
  })

  it('SIM-P1, SIM-P2: partition: two halves become one again, two separate networks never', () => {
    passing('partition', { nodes: 40, hours: 1.5, extras: { lookups: 100 } })
  })

  it('SIM-P2: partition: it heals as soon after a long partition', () => {
    const extras = { minutes: 130, lookups: 100 }
    passing('partition', { nodes: 40, hours: 1.5, extras })
  })

  it('restart: all nodes restart from disk', () => {
    passing('restart', { nodes: 25, extras: { lookups: 60 } })
  })

  it('passers-by: clients join through a publisher, look up and leave', () => {
    const extras = { few: 3, runs: 1 }
    passing('passers-by', { nodes: 8, hours: 0.1, extras })
  })

  it('flash-crowd: all nodes announce one identity', () => {
    passing('flash-crowd', { nodes: 40 })
  })

  it('SIM-A1: adversaries: what a fifth of adversaries breaks, and what it cannot', () => {
    passing('adversaries', { nodes: 20, extras: { adversary: 13, share: 20, lookups: 40 } })
  })

  it('SIM-T1: suspend: laptops are suspended and resume', () => {
    passing('suspend', { nodes: 50, hours: 1 })
  })

  it('mainline: torrents are announced and found in a mix of clients', () => {
    passing('mainline', { nodes: 60, hours: 0.1, extras: { lookups: 10 } })
  })

  it('SIM-S1, SIM-S7: swarm: small worlds with any faults', () => {
    passing('swarm', { nodes: 8, seed: 3, extras: { runs: 2 } })
  })

  it('poisoned-key: attackers announce under a key', () => {
    const extras = { mainline: 0, addresses: 20, subnets: 4, keys: 1, lookups: 10 }
    measuring('poisoned-key', { nodes: 20, extras })
  })

  it('full-stores: one host announces under new keys', () => {
    const extras = { mainline: 0, keys: 40, identities: 10, lookups: 10 }
    measuring('full-stores', { nodes: 12, extras })
  })

  it('full-items: one host puts items', () => {
    measuring('full-items', { nodes: 12, extras: { items: 40, honest: 10 } })
  })

  it('pointed-at: liars name strangers', () => {
    measuring('pointed-at', {
      nodes: 20,
      hours: 0.1,
      extras: { mainline: 0, share: 10, lookups: 10 },
    })
  })

  it('forged-sender: queries in the name of a node', () => {
    measuring('forged-sender', { nodes: 12, extras: { mainline: 0, keys: 10, seconds: 10 } })
  })

  it('reflection: queries from forged sources', () => {
    const extras = { mainline: 1, sources: 100, many: 600, minutes: 1 }
    measuring('reflection', { nodes: 12, extras })
  })

  it('own-neighbourhood: identities near the id of a node', () => {
    const extras = { mainline: 0, place: 3, identities: 60, levels: 30 }
    measuring('own-neighbourhood', { nodes: 12, hours: 0.5, extras })
  })

  it('captured-table: many identities and a node that restarts', () => {
    const extras = { mainline: 1, identities: 40, restarts: 1, keys: 5 }
    measuring('captured-table', { nodes: 20, hours: 0.3, extras })
  })

  it('enemies: a key is surrounded, beside the same network alone', () => {
    const extras = { attack: 1, network: 1, identities: 12, subnets: 4, lookups: 10, seeds: 2 }
    passing('enemies', { nodes: 20, extras })
  })

  it('all scenarios were run', () => {
    expect([...tried]).toEqual(SCENARIOS.map(({ name }) => name))
  })
})

describe('scenarios', () => {
  it('give the same run for the same seed, and another for another', () => {
    const run = (seed: number): Report => {
      return scenario('grown').run({ nodes: 12, hours: 0.01, seed, extras: { lookups: 4 } })
    }
    expect(run(3)).toEqual(run(3))
    expect(run(4).traceHash).not.toBe(run(3).traceHash)
  })

  it.each([
    ['grown', { nodes: 12, hours: 0.01, extras: { lookups: 4 } }],
    ['swarm', { nodes: 6, seed: 3, extras: { runs: 2 } }],
  ] as const)('%s finds the same with unencoded messages, with another trace', (name, given) => {
    const [written, unwritten] = [true, false].map((encoded) => {
      return scenario(name).run({ ...given, encoded })
    }) as [Report, Report]
    const { encoded, traceHash, ...found } = unwritten
    expect(encoded).toBe(false)
    expect(traceHash).not.toBe(written.traceHash)
    expect(written).toMatchObject(found)
  })

  it('report what their checkers find, with new checkers for each world', () => {
    let made = 0
    const checkers = (): readonly Checker[] => {
      made++
      let events = 0
      const violations: Checker['violations'][number][] = []
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
    const report = scenario('reinstatement').run({ nodes: 12, extras: { runs: 2 } }, { checkers })
    expect(made).toBe(2)
    expect(report.violations.map(({ seen }) => seen)).toEqual([
      'true after 12 hosts',
      'true after 12 hosts',
    ])
    expect(report.passed).toBe(false)
  })

  it('report progress that never goes back', () => {
    const told: number[] = []
    const progress = { update: (share: number) => void told.push(share) }
    scenario('grown').run({ nodes: 12, hours: 0.01, extras: { lookups: 4 } }, { progress })
    expect(told.length).toBeGreaterThan(10)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
  })

  it('refuse invalid settings', () => {
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

describe('a scenario fails if', () => {
  it('values are not published again', () => {
    // All holders crash, and the hour is shorter than the time between two rounds.
    const report = scenario('reinstatement').run({ nodes: 20, hours: 0.01, extras: { runs: 2 } })
    expect(report.passed).toBe(false)
    expect(missed(report)).not.toEqual([])
  })

  it('values could not be stored: they do not count as found', () => {
    const report = scenario('churn-day').run({
      nodes: 20,
      hours: 0.5,
      extras: { loss: 95, lookups: 20 },
    })
    expect(missed(report)).toContainEqual(
      expect.objectContaining({ name: expect.stringContaining('values stored') }),
    )
  })
})
