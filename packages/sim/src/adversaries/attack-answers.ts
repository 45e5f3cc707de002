// What attackers at random places can be told to respond: the answers of attacks, and the
// adversaries of `ADVERSARIES` by name.

import type { Id } from '@dht/id'
import { argumentError } from '../errors.ts'
import type { Process } from '../host/process.ts'
import { ADVERSARIES } from './adversaries.ts'
import type { Attacker, AttackerInit } from './attacker.ts'
import { chameleon } from './chameleon.ts'
import { hider } from './hider.ts'
import { quickLiar } from './quick-liar.ts'

/** The answers of attacks. */
type OwnAnswer =
  | 'quick liar'
  | 'quick liar, agreed'
  | 'chameleon'
  | 'chameleon, allowed ids'
  | 'hider'
  | 'colluder'

/** An answer of an attack, or the name of an adversary of `ADVERSARIES`. */
export type AttackAnswer = OwnAnswer | 'adaptive'

const ANSWERS: Readonly<Record<OwnAnswer, Attacker>> = {
  'quick liar': quickLiar(),
  'quick liar, agreed': quickLiar({ isOneAddress: true }),
  chameleon: chameleon(),
  'chameleon, allowed ids': chameleon({ isBonded: true }),
  hider: hider({ own: 3 }),
  colluder: hider({ own: 8 }),
}

/** Answers whose attackers are quick hosts. */
const QUICK: ReadonlySet<string> = new Set(['quick liar', 'quick liar, agreed'])

export function isQuick(answer: AttackAnswer): boolean {
  return QUICK.has(answer)
}

/** Creates the process of an attacker at a random place. @param aim - its id is next to this one */
export function answering(answer: AttackAnswer, init: AttackerInit, aim?: Id): Process {
  if (Object.hasOwn(ANSWERS, answer)) return ANSWERS[answer as OwnAnswer](init)
  const adversary = ADVERSARIES.find(({ name }) => name === answer)
  if (adversary === undefined) throw argumentError('answer', 'one that exists', answer)
  const { host, world, chance } = init
  return adversary.createProcess(host, world, { chance, ...(aim !== undefined && { aim }) })
}
