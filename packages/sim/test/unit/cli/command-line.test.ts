// The whole program with a scenario that ends at once: what it prints, writes and exits with.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRecording } from '@dht/observatory/recording'
import { temporaryFolder } from '@dht/testing/temporary'
import { describe, expect, it } from 'vitest'
import { type ExitCode, runCommandLine } from '../../../src/cli/command-line.ts'
import type { Report } from '../../../src/reports/report.ts'
import type { Scenario } from '../../../src/scenarios/scenario.ts'
import { ScenarioRun } from '../../../src/scenarios/scenario-run.ts'
import { resolveSettings } from '../../../src/scenarios/settings.ts'

const quick: Scenario = {
  name: 'quick',
  summary: 'over at once',
  defaults: { nodes: 3, hours: 1, seed: 1, extras: { most: 10, least: undefined, goal: 5 } },
  leastNodes: 2,
  extraHelp: { most: 'what is allowed', least: 'or not', goal: 'what is not reached yet' },
  run(given, observers) {
    const scenario = new ScenarioRun(quick, resolveSettings(quick, given), observers)
    const world = scenario.world()
    scenario.advance(world, 10_000, { from: 0, to: 1, what: 'waiting' })
    scenario.figure({ name: 'five', value: 5, unit: 'things', atMost: scenario.extra('most') })
    const atMost = scenario.extra('goal')
    if (atMost < 5) {
      scenario.partEnded()
      scenario.figure({ name: 'goal', value: 5, unit: 'things', atMost, isGoalOnly: true })
      scenario.partEnded()
    }
    return scenario.report()
  },
}

function run(
  args: readonly string[],
  isTerminal = false,
): { code: ExitCode; printed: string[]; shown: string } {
  const printed: string[] = []
  let shown = ''
  let now = 0
  const code = runCommandLine(args, {
    scenarios: [quick],
    print: (line) => void printed.push(line),
    display: {
      isTerminal,
      columns: 60,
      now: () => (now += 3_000),
      write: (text) => {
        shown += text
      },
    },
  })
  return { code, printed, shown }
}

describe('dht-sim', () => {
  it('lists the scenarios with their options', () => {
    const { code, printed } = run(['list'])
    expect(code).toBe(0)
    expect(printed.join('\n')).toContain('quick: over at once')
    expect(printed.join('\n')).toContain('--most 10: what is allowed')
    expect(printed.join('\n')).toContain('--least: or not')
  })

  it.each([[[]], [['help']], [['quick', '--help']]])('prints help for %j', (args) => {
    const { code, printed } = run(args)
    expect(code).toBe(0)
    expect(printed.join('\n')).toContain('--seed')
  })

  it('runs a scenario, writes its report and exits with 0', () => {
    const out = join(temporaryFolder(), 'deep', 'report')
    const { code, printed } = run(['quick', '--nodes', '4', '--seed=abc', '--out', out])
    expect(code).toBe(0)
    expect(printed.at(-1)).toBe('PASSED: 1 of 1 figures as wanted')
    expect(printed.join('\n')).toContain('events per second')
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
    expect(report).toMatchObject({ scenario: 'quick', nodes: 4, seed: 'abc', passed: true })
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/)
  })

  it.each(['yes', 'no'])('--encoded %s decides whether messages are encoded', (answer) => {
    const out = temporaryFolder()
    const { code, printed } = run(['quick', '--encoded', answer, '--out', out])
    expect(code).toBe(0)
    expect(printed.includes('3 nodes, 1 h, seed 1, most 10, goal 5, unencoded')).toBe(
      answer === 'no',
    )
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
    expect(report.encoded).toBe(answer === 'yes')
  })

  it('records the world that is wanted', () => {
    const out = temporaryFolder()
    const file = join(out, 'deep', 'recording.jsonl')
    const args = ['quick', '--out', out, '--record', file, '--record-nodes', '2']
    const { code, printed } = run(args)
    expect([code, printed.at(-2)]).toEqual([0, `recorded: ${file}`])
    const result = readRecording(readFileSync(file, 'utf8'))
    expect(result).toMatchObject({
      kind: 'read',
      recording: { header: { source: 'dht-sim quick', seed: '1', endAt: 10_000, isCut: false } },
    })
    const missing = run([...args.slice(0, -2), '--record-world', '2'])
    expect(missing.code).toBe(1)
    expect(missing.printed.join()).toContain('not recorded: expected a world of 1 to 1, got 2')
  })

  it('shows each figure once while the scenario runs, and all at its end', () => {
    const { shown, printed } = run(['quick', '--goal', '4', '--out', temporaryFolder()])
    expect(shown.match(/five: 5 things \(at most 10 things: yes\)\n/g)).toHaveLength(1)
    expect(shown).toContain('goal: 5 things (at most 4 things: no)\n')
    expect(printed.filter((line) => /^(five|goal) /.test(line))).toHaveLength(2)
  })

  it('passes if only a goal is missed that is not reached yet', () => {
    const { code, printed } = run(['quick', '--goal', '4', '--out', temporaryFolder()])
    expect(code).toBe(0)
    expect(printed.at(-1)).toBe('PASSED: 1 of 2 figures as wanted, goals not reached yet: 1')
  })

  it('exits with 1 if a figure is not as wanted', () => {
    const out = temporaryFolder()
    const { code, printed } = run(['quick', '--most', '4', '--out', out])
    expect(code).toBe(1)
    expect(printed.at(-1)).toBe('FAILED: 0 of 1 figures as wanted')
  })

  it.each([
    [['quik'], 'unknown scenario "quik" (did you mean quick?)'],
    [['lst'], 'unknown scenario "lst" (did you mean list?)'],
    [['slow'], 'unknown scenario "slow" ("list" names all)'],
    [['q'], 'unknown scenario "q" ("list" names all)'],
    [['list', 'all'], 'list: expected nothing after it, got "all"'],
    [['quick', '4'], 'option: expected --name value, got "4"'],
    [['quick', '--nodes'], '--nodes: expected a value, got nothing'],
    [['quick', '--nodes', 'many'], '--nodes: expected a number, got "many"'],
    [['quick', '--nodes', '1'], 'nodes: expected a whole number from 2 to 1000000, got 1'],
    [['quick', '--hours', '-1'], 'hours: expected a number of at least 0, got -1'],
    [['quick', '--most', '-1'], 'most: expected a number of at least 0, got -1'],
    [['quick', '--nodes', '3', '--nodes=3'], '--nodes: expected it once, got it twice'],
    [['quick', '--encoded', '0'], '--encoded: expected yes or no, got "0"'],
    [
      ['quick', '--latency', 'near'],
      'latency: expected one of pairs, datagrams, clustered, uniform, got "near"',
    ],
    [['quick', '--record-world', '2'], '--record-world needs --record'],
    [
      ['quick', '--record', 'x', '--record-nodes', '0'],
      '--record-nodes: expected a whole number of at least 1, got "0"',
    ],
    [['quick', '--node', '3'], 'unknown option "--node" (did you mean --nodes?)'],
    [['quick', '--velocity', '3'], 'unknown option "--velocity" ("list" names all)'],
  ])('refuses %j in one line', (args, message) => {
    const { code, printed, shown } = run(args)
    expect(code).toBe(2)
    expect(printed).toEqual([])
    expect(shown).toBe(`error: ${message}\n`)
  })

  it('shows progress: one line that is updated on a terminal, else plain lines', () => {
    const bar = run(['quick', '--out', temporaryFolder()], true).shown
    expect(bar).not.toContain('\n')
    expect(bar).toMatch(/\r\[=* *\] +\d+ % {2}waiting/)
    expect(bar.endsWith('\r\u001b[K')).toBe(true)
    // One character less than the terminal has, so that nothing wraps.
    for (const part of bar.split('\r')) expect(part.replace('\u001b[K', '').length).toBeLessThan(60)
    const plain = run(['quick', '--out', temporaryFolder()]).shown
    expect(plain).toMatch(/^\[=* *\] +\d+ % {2}waiting {2}\d+ m?s of virtual time.*events\/s/m)
    for (const character of ['\r', '\u001b']) expect(plain).not.toContain(character)
  })

  it('throws errors that are not about arguments', () => {
    const broken: Scenario = {
      ...quick,
      run: () => {
        throw new Error('broken')
      },
    }
    const display = { isTerminal: false, columns: 60, now: () => 0, write: () => {} }
    const out = temporaryFolder()
    expect(() => {
      runCommandLine(['quick', '--out', out], { scenarios: [broken], print: () => {}, display })
    }).toThrow('broken')
    expect(existsSync(join(out, 'report.json'))).toBe(false)
  })
})
