// All scenarios, in the order in which they are listed.

import { adversaries } from './adversaries.ts'
import { capturedTable } from './captured-table.ts'
import { churnDay } from './churn-day.ts'
import { closestScenario } from './closest.ts'
import { enemies } from './enemies.ts'
import { flashCrowdScenario } from './flash-crowd.ts'
import { forgedSender } from './forged-sender.ts'
import { fullItems } from './full-items.ts'
import { fullStores } from './full-stores.ts'
import { grown } from './grown.ts'
import { halved } from './halved.ts'
import { mainlineScenario } from './mainline.ts'
import { ownNeighbourhood } from './own-neighbourhood.ts'
import { partition } from './partition.ts'
import { passersBy } from './passers-by.ts'
import { pointedAt } from './pointed-at.ts'
import { poisonedKey } from './poisoned-key.ts'
import { quickScenario } from './quick.ts'
import { reflection } from './reflection.ts'
import { reinstatement } from './reinstatement.ts'
import { restart } from './restart.ts'
import type { Scenario } from './scenario.ts'
import { suspend } from './suspend.ts'
import { swarm } from './swarm.ts'

export const SCENARIOS: readonly Scenario[] = Object.freeze([
  grown,
  closestScenario,
  quickScenario,
  reinstatement,
  churnDay,
  halved,
  partition,
  restart,
  passersBy,
  flashCrowdScenario,
  adversaries,
  suspend,
  mainlineScenario,
  swarm,
  poisonedKey,
  fullStores,
  fullItems,
  pointedAt,
  forgedSender,
  reflection,
  ownNeighbourhood,
  capturedTable,
  enemies,
])
