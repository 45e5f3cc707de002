// Ends a test run under a mutant as soon as its outcome is known: without shrinking, and with a
// limit for loops that never end.
import fc from 'fast-check'
import { beforeEach } from 'vitest'

/**
 * Most CPU time of a test, ms. Vitest can't end a loop that never yields. CPU time doesn't depend
 * on what else runs on this machine.
 */
const LONGEST_TEST_MS = 5_000
/** Reading the CPU time is slow. This many steps take a few milliseconds. */
const STEPS_BETWEEN_LOOKS = 100_000

/** Mutated code reads this at every step, to know which mutant is active. */
interface Mutation {
  activeMutant?: string | undefined
  /** Present while a mutant is judged, absent while coverage is measured. */
  readonly hitLimit?: number
}

// A property that fails has killed the mutant. Shrinking its example could take longer than the
// test may last.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })

const mutation: Mutation | undefined = Reflect.get(globalThis, '__stryker__')
if (mutation?.hitLimit !== undefined) failWhenEndless(mutation)

/** Makes a test that lasts too long fail at its next step, instead of never. */
function failWhenEndless(watched: Mutation): void {
  let active = watched.activeMutant
  let endsAt = Number.POSITIVE_INFINITY
  let steps = 0
  beforeEach(() => {
    endsAt = workedMs() + LONGEST_TEST_MS
  })
  Object.defineProperty(watched, 'activeMutant', {
    configurable: true,
    get: () => {
      steps += 1
      if (steps % STEPS_BETWEEN_LOOKS === 0 && workedMs() > endsAt) {
        throw new Error(`the test works longer than ${LONGEST_TEST_MS} ms`)
      }
      return active
    },
    set: (value: string | undefined) => {
      active = value
    },
  })
}

/** The CPU time of this process, ms. Its other threads only wait for this one. */
function workedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
