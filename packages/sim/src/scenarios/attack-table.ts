// The attacks of scenario `enemies` as data: which attack, with which parameters, in which network.
// A page of figures can be made from this table.

import { ADVERSARIES } from '../adversaries/adversaries.ts'

/** An attack, by the number that options use. */
export interface Attack {
  readonly number: number
  readonly code: string
  readonly summary: string
}

/** How the ids around a key are chosen; see `ground-ids.ts`. */
export type IdChoice = 'nearest' | 'spread' | 'allowed'

/** `dht256 secure` is `dht256` in which the ids of nodes follow their addresses. */
export type AttackedNetwork = 'dht256' | 'mainline' | 'dht256 secure'

/** What an attack is made of. */
export interface AttackParameters {
  /** Honest nodes. Default: those of the settings. */
  readonly honest?: number
  /** Identities around a key. Default 0. */
  readonly identities?: number
  /** IPv4 /24s in which they are. Default 1. */
  readonly subnets?: number
  /**
   * Addresses in use in each of these subnets, at most 254. Default: as many as identities need.
   */
  readonly addresses?: number
  /** Default `nearest`. */
  readonly ids?: IdChoice
  /** Share of identities that do not respond when they are asked for the key. Default 0. */
  readonly silent?: number
  /**
   * Time from the start of the attack, after publication, to the lookups, minutes. Default: the
   * attack starts before publication.
   */
  readonly afterMinutes?: number
  /** Share of attackers at random places, of all nodes that are not around the key. Default 0. */
  readonly share?: number
  /** Number of attackers at random places, in place of a share. */
  readonly scattered?: number
  /** What attackers at random places respond: one of `ANSWER_NAMES`. */
  readonly answer?: string
  /** Whether attackers at random places are ports of one address. Default: a subnet for each. */
  readonly isOneHost?: boolean
  /** Whether these attackers have ids next to the keys. Default false. */
  readonly isTargeted?: boolean
  /** Whether identities around a key are honest until the lookups begin. Default false. */
  readonly isSleeper?: boolean
  /** How long askers wait for a response, ms, as slow attackers have learned. */
  readonly patienceMs?: number
}

/** One attack in one network. */
export interface AttackRow extends AttackParameters {
  readonly attack: number
  readonly network: AttackedNetwork
  /** `asked`: run only if its attack is asked for. `long`: only with the option `long`. */
  readonly runs?: 'asked' | 'long'
}

export const ATTACKS: readonly Attack[] = Object.freeze([
  { number: 1, code: 'E1', summary: 'identities around a key' },
  { number: 2, code: 'E2', summary: 'quick liars, which name true ids at dead addresses' },
  { number: 3, code: 'E3', summary: 'adversaries of each kind, next to keys and at random' },
  { number: 7, code: 'E7', summary: 'chameleons, which answer under any id' },
  { number: 9, code: 'E9', summary: 'one address with many ports' },
  { number: 11, code: 'E11', summary: 'slow ones, which answer just before a query is given up' },
  {
    number: 21,
    code: 'C1',
    summary: 'a key surrounded by identities, half of them silent, and chameleons elsewhere',
  },
  {
    number: 22,
    code: 'C2',
    summary: 'a key surrounded at honest density, and quick liars elsewhere',
  },
  {
    number: 23,
    code: 'C3',
    summary: 'identities around a key that are honest until the value is wanted',
  },
])

const BOTH: readonly AttackedNetwork[] = ['dht256', 'mainline']

/** The same attack with each of several parameters, in each of several networks. */
function rows(
  attack: number,
  parameters: readonly Omit<AttackRow, 'attack' | 'network'>[],
  networks: readonly AttackedNetwork[] = BOTH,
): AttackRow[] {
  return parameters.flatMap((each) => networks.map((network) => ({ attack, network, ...each })))
}

const RING_AND_CHAMELEONS: AttackParameters = {
  identities: 64,
  subnets: 16,
  silent: 0.5,
  share: 0.1,
  answer: 'chameleon, for the ring',
}
const ALLOWED_RING_AND_CHAMELEONS: AttackParameters = {
  ...RING_AND_CHAMELEONS,
  ids: 'allowed',
  answer: 'chameleon, allowed ids, for the ring',
}
const SPREAD_RING_AND_LIARS: AttackParameters = {
  identities: 32,
  subnets: 32,
  ids: 'spread',
  share: 0.1,
  answer: 'quick liar, for the ring',
}

export const ATTACK_ROWS: readonly AttackRow[] = Object.freeze([
  ...rows(1, [
    { identities: 4, subnets: 4 },
    { identities: 7, subnets: 4 },
    { identities: 8, subnets: 4 },
    { identities: 64, subnets: 64 },
    { identities: 200, subnets: 16 },
    { identities: 16, subnets: 16, ids: 'spread' },
    { identities: 200, subnets: 16, ids: 'spread' },
    { identities: 64, subnets: 16, afterMinutes: 1 },
    { identities: 64, subnets: 16, afterMinutes: 75 },
    { identities: 200, subnets: 16, afterMinutes: 1440, runs: 'long' },
  ]),
  ...rows(1, [{ identities: 200, subnets: 200 }], ['dht256']),
  ...rows(
    1,
    [
      { identities: 200, subnets: 16, ids: 'allowed' },
      { identities: 200, subnets: 200, ids: 'allowed', addresses: 1 },
    ],
    ['mainline'],
  ),
  ...rows(
    1,
    [
      { identities: 200, subnets: 200 },
      { identities: 200, subnets: 16, ids: 'allowed' },
      { identities: 200, subnets: 200, ids: 'allowed' },
      { identities: 200, subnets: 200, ids: 'allowed', addresses: 1 },
    ],
    ['dht256 secure'],
  ),
  ...rows(
    2,
    [0.05, 0.1, 0.2, 0.4].map((share) => ({ share, answer: 'quick liar' })),
  ),
  ...rows(2, [{ share: 0.2, answer: 'quick liar, agreed' }]),
  ...rows(
    7,
    [0.03, 0.05, 0.1, 0.2, 0.4].map((share) => ({ share, answer: 'chameleon' })),
  ),
  ...rows(7, [{ share: 0.2, answer: 'chameleon, allowed ids' }], ['mainline', 'dht256 secure']),
  ...rows(7, [{ share: 0.2, answer: 'chameleon', isOneHost: true }], ['dht256']),
  ...rows(
    9,
    [16, 20, 64].map((identities) => ({ identities, subnets: 1, addresses: 1 })),
    ['mainline'],
  ),
  ...rows(9, [{ identities: 64, subnets: 1, addresses: 1, ids: 'allowed' }], ['mainline']),
  ...rows(9, [{ identities: 64, subnets: 1, addresses: 1 }], ['dht256']),
  ...rows(9, [
    { scattered: 256, answer: 'hider', isOneHost: true },
    { scattered: 256, answer: 'colluder', isOneHost: true },
  ]),
  ...rows(
    3,
    ADVERSARIES.flatMap(({ name: answer }) => [
      { honest: 320, share: 0.2, answer, isTargeted: true, runs: 'asked' },
      { honest: 320, share: 0.2, answer, runs: 'asked' },
      { honest: 240, share: 0.4, answer, runs: 'asked' },
    ]),
    ['dht256'],
  ),
  ...rows(11, [
    { share: 0.2, answer: 'slow' },
    { share: 0.4, answer: 'slow' },
  ]),
  ...rows(21, [RING_AND_CHAMELEONS, { ...RING_AND_CHAMELEONS, afterMinutes: 75 }]),
  ...rows(21, [ALLOWED_RING_AND_CHAMELEONS], ['mainline']),
  ...rows(22, [SPREAD_RING_AND_LIARS]),
  ...rows(23, [{ identities: 64, subnets: 16, isSleeper: true }]),
])

/** A name for people, unique in the table. */
export function labelOf(row: AttackRow): string {
  const { attack, network, afterMinutes } = row
  const code = ATTACKS.find(({ number }) => number === attack)?.code ?? String(attack)
  const when = afterMinutes === undefined ? [] : [`${afterMinutes} min after publication`]
  const parts = [...aroundKey(row), ...atRandom(row), ...when]
  return `${code} ${network}: ${parts.join(', ')}`
}

function aroundKey(row: AttackRow): string[] {
  const { identities, subnets = 1, addresses, ids, silent, isSleeper } = row
  if (identities === undefined) return []
  const one = addresses === 1 && subnets === 1
  return [
    `${identities} identities ${one ? 'at one address' : `in ${subnets} subnets`}`,
    ...(addresses === 1 && !one ? ['one address in each'] : []),
    ...(ids === 'spread' ? ['spread'] : []),
    ...(ids === 'allowed' ? ['with allowed ids'] : []),
    ...(isSleeper === true ? ['honest until the lookups'] : []),
    ...(silent === undefined ? [] : [`${100 * silent} % of them silent`]),
  ]
}

function atRandom(row: AttackRow): string[] {
  const { answer, share = 0, scattered, isOneHost, isTargeted } = row
  if (answer === undefined) return []
  const many = scattered ?? `${Math.round(100 * share)} %`
  return [
    `${many} ${answer}`,
    ...(isOneHost === true ? ['as ports of one host'] : []),
    ...(isTargeted === true ? ['next to the keys'] : []),
  ]
}
