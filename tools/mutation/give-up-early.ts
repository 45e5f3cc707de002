// What a test run under a mutant need not wait for.
import fc from 'fast-check'
import { beforeEach } from 'vitest'

/**
 * ms. Vitest's own limit, which it cannot enforce in a loop that never ends; but of work, not of
 * time, for others may be busy here too.
 */
const LONGEST_TEST_MS = 5_000
/** To ask for the work done is dear; so many steps take a few milliseconds. */
const STEPS_BETWEEN_LOOKS = 100_000

/** What mutated code looks at, at every step, to know which mistake to make. */
interface Mutation {
  activeMutant?: string | undefined
  /** Present while a mutant is judged, absent while coverage is measured. */
  readonly hitLimit?: number
}

// A property that has failed has noticed the mutant; the smallest example of it is of no interest.
// Shrinking is worse than waste here: under a mutant it may take longer than the test may last.
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

/** What this process has worked; its other threads only wait for this one. */
function workedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
