// Runs scenarios, each with a time limit and a lab of its own. Clients wait most of the time, so
// several scenarios run at once.

import { setTimeout as after } from 'node:timers/promises'
import { Lab } from './lab.ts'
import type { Outcome, Reporter } from './reporter.ts'
import type { Requirement, Scenario } from './scenario.ts'

/** Longest duration of a scenario, ms. */
const LIMIT_MS = 180_000

/** Number of scenarios that run at once. */
const AT_ONCE = 3

/** @param stop - ends the running scenarios, and no other begins */
export async function runAll(
  scenarios: readonly Scenario[],
  reporter: Reporter,
  stop: AbortSignal,
): Promise<void> {
  const waiting = [...scenarios]
  const runNext = async (): Promise<void> => {
    const scenario = waiting.shift()
    if (scenario === undefined || stop.aborted) return
    const beganAt = performance.now()
    const outcome = await runOne(scenario, stop)
    if (!stop.aborted) reporter.ended(scenario.name, outcome, performance.now() - beganAt)
    await runNext()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runNext))
}

async function runOne(scenario: Scenario, stop: AbortSignal): Promise<Outcome> {
  const reason = await missingOf(scenario.needs)
  if (reason !== undefined) return { kind: 'skipped', reason }
  const lab = await Lab.open()
  const over = new AbortController()
  try {
    const limits = [stopped(stop, over.signal), timeOver(over.signal)]
    const note = await Promise.race([scenario.run(lab), ...limits])
    return { kind: 'passed', note }
  } catch (error) {
    return { kind: 'failed', error: error as Error }
  } finally {
    over.abort()
    await lab.close()
  }
}

async function missingOf(needs: readonly Requirement[]): Promise<string | undefined> {
  for (const need of needs) {
    const reason = await need.missing()
    if (reason !== undefined) return reason
  }
  return undefined
}

function stopped(stop: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    stop.addEventListener('abort', () => reject(new Error('stopped')), { signal: over })
  })
}

async function timeOver(over: AbortSignal): Promise<never> {
  await after(LIMIT_MS, undefined, { signal: over }).catch(() => {})
  throw new Error(`not done within ${LIMIT_MS / 1_000} s`)
}
