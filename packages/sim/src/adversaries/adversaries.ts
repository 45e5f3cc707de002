// All adversaries, in the order in which they are listed. Their code is frozen, so that
// measurements before and after a change of the node are made against the same adversaries.

import { adaptive } from './adaptive.ts'
import type { Adversary } from './adversary.ts'
import { colluding } from './colluding.ts'
import { flooder } from './flooder.ts'
import { garbage } from './garbage.ts'
import { inventor } from './inventor.ts'
import { misleader } from './misleader.ts'
import { replayer } from './replayer.ts'
import { silent } from './silent.ts'
import { spoofer } from './spoofer.ts'
import { sybil } from './sybil.ts'
import { tokenThief } from './token-thief.ts'
import { wrongId } from './wrong-id.ts'
import { wrongType } from './wrong-type.ts'

export const ADVERSARIES: readonly Adversary[] = Object.freeze([
  silent,
  inventor,
  colluding,
  misleader,
  wrongId,
  wrongType,
  garbage,
  replayer,
  spoofer,
  tokenThief,
  flooder,
  sybil,
  adaptive,
])
