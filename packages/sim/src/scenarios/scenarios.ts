// Every scenario there is, in the order in which they are listed.

import { grown } from './grown.ts'
import type { Scenario } from './scenario.ts'

export const SCENARIOS: readonly Scenario[] = Object.freeze([grown])
