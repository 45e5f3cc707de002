// What attackers at random places can be told to respond: the answers of attacks, and the
// adversaries of `ADVERSARIES`, by name.

import type { Id } from '@dht/id'
import { argumentError } from '../errors.ts'
import type { Process } from '../host/process.ts'
import { ADVERSARIES } from './adversaries.ts'
import type { Attacker, AttackerInit } from './attacker.ts'
import { chameleon } from './chameleon.ts'
import { hider } from './hider.ts'
import { quickLiar } from './quick-liar.ts'
import { slow } from './slow.ts'

export interface AnswerOptions {
  /** An adversary's id is next to this one. Default: a random id. */
  readonly aim?: Id
  /** How long askers wait, ms, for slow attackers. */
  readonly patienceMs?: number
}

const ANSWERS: Readonly<Record<string, (options: AnswerOptions) => Attacker>> = {
  'quick liar': () => quickLiar(),
  'quick liar, agreed': () => quickLiar({ isOneAddress: true }),
  'quick liar, for the ring': () => quickLiar({ namesRing: true }),
  chameleon: () => chameleon(),
  'chameleon, allowed ids': () => chameleon({ isBonded: true }),
  'chameleon, for the ring': () => chameleon({ namesRing: true }),
  'chameleon, allowed ids, for the ring': () => chameleon({ isBonded: true, namesRing: true }),
  hider: () => hider({ own: 3 }),
  colluder: () => hider({ own: 8 }),
  slow: ({ patienceMs = 0 }) => slow({ patienceMs }),
}

/** The names of all answers. */
export const ANSWER_NAMES: readonly string[] = Object.freeze([
  ...Object.keys(ANSWERS),
  ...ADVERSARIES.map(({ name }) => name),
])

/** Whether attackers with this answer are quick hosts. */
export function isQuick(answer: string): boolean {
  return answer.startsWith('quick')
}

/**
 * Creates the process of an attacker at a random place.
 *
 * @param answer - one of {@link ANSWER_NAMES}
 * @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for another answer
 */
export function answering(answer: string, init: AttackerInit, options: AnswerOptions): Process {
  const attacker = ANSWERS[answer]
  if (attacker !== undefined) return attacker(options)(init)
  const adversary = ADVERSARIES.find(({ name }) => name === answer)
  if (adversary === undefined) throw argumentError('answer', ANSWER_NAMES.join(', '), answer)
  const { host, world, chance } = init
  const { aim } = options
  return adversary.createProcess(host, world, { chance, ...(aim !== undefined && { aim }) })
}
