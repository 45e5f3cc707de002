// The clock of any JavaScript runtime. A page in the background gets its timers late, once a second
// or less often; alarms ring late there, and the time is right.

import type { Clock } from '../ports/clock.ts'
import { machineClock } from './machine-clock.ts'

export function portableClock(): Clock {
  return machineClock((ring) => {
    const timer = setTimeout(ring, 0)
    return () => clearTimeout(timer)
  })
}
