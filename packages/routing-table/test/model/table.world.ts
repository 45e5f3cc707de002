// A tiny table and its model, as a machine to be explored: few contacts, short time spans, and
// everything that can happen to them.

import { idFromBytes, idToBigInt } from '@dht/id'
import type { Census } from '@dht/testing/census'
import type { World } from '@dht/testing/explore'
import { windowViolations } from '../support/window-laws.ts'
import { type Node, node, violations } from '../support/world.ts'
import type { Case, Evidence } from './cases.ts'
import {
  compare,
  newTable,
  type Real,
  revive,
  type Side,
  takeCheck,
  takeRefresh,
  tell,
  tellLate,
} from './commands.ts'
import { type Fact, NEVER, type Range, type Setup } from './facts.ts'
import { type Step, stepViolations } from './step-laws.ts'
import { TableModel } from './table-model.ts'

/** What happens, and to which contact. */
export type Move =
  | readonly [Evidence | 'late' | 'later' | 'forget' | 'restore', number]
  | readonly ['wait' | 'check' | 'refresh' | 'restart']

export interface Tiny {
  readonly setup: Setup
  readonly contacts: readonly Node[]
  /** How many of the contacts, the first ones, have responded before the exploration. */
  readonly known: number
}

const EVIDENCE: readonly Evidence[] = ['queried', 'responded', 'failed']

/** Ids of three bits, in the first bits of a byte, and addresses of one letter: '4a', '2b'. */
export function tiny(contacts: string, options: Partial<Setup> = {}, known = 0): Tiny {
  return {
    known,
    contacts: contacts.split(' ').map((each) => node(Number(each[0]) << 5, each[1])),
    setup: {
      self: idFromBytes(Uint8Array.of(0)),
      ...{ k: 1, widths: [], maxBuckets: 33, cacheSize: 1, badAfter: 1, heedsAddresses: true },
      ...{ questionableAfterMs: 2, refreshAfterMs: 3, checkIntervalMs: 1, checkTimeoutMs: 2 },
      ...options,
    },
  }
}

export function worldOf({ setup, contacts, known }: Tiny, census: Census<Case>): World<Move> {
  const side: Side = { model: new TableModel(setup), census }
  const real: Real = { table: newTable(setup) }
  for (let n = 0; n < known; n++) carryOut(['responded', n], contacts, side, real)
  let last: Omit<Step, 'after'> | undefined
  return {
    moves: () => movesIn(side.model, contacts),
    make: (move) => {
      last = { ...stepOf(move, contacts), now: side.model.now, before: real.table.snapshot() }
      carryOut(move, contacts, side, real)
    },
    replay: (move) => carryOut(move, contacts, side, real),
    key: () => {
      compare(side, real, new Map())
      const after = real.table.snapshot()
      const found = [...violations(after, setup), ...windowViolations(after, real.table)]
      if (last !== undefined) found.push(...stepViolations({ ...last, after }, setup))
      if (found.length > 0) throw new Error(found.join('; '))
      return keyOf(side.model)
    },
  }
}

function movesIn(model: TableModel, contacts: readonly Node[]): Move[] {
  const ids = new Map(contacts.map(({ id }, n) => [idToBigInt(id), n]))
  const { badAfter, k } = model.setup
  // Of several bad ones one may have one failure more; other differences lead to nothing new.
  const most = k > 1 ? badAfter + 1 : badAfter
  const isWorst = ({ contact, failures }: Fact, n: number) =>
    failures >= most && contact === contacts[n]
  return [
    ...contacts.flatMap((_, n): Move[] =>
      EVIDENCE.filter(
        (kind) => kind !== 'failed' || !model.members.some((each) => isWorst(each, n)),
      ).map((kind) => [kind, n]),
    ),
    ...contacts.flatMap((_, n): Move[] => [
      ['late', n],
      ['later', n],
    ]),
    ...[...ids.values()].map((n): Move => ['forget', n]),
    ['restore', 0],
    ['wait'],
    ['check'],
    ['refresh'],
    ['restart'],
  ]
}

function stepOf([kind, n]: Move, contacts: readonly Node[]): Pick<Step, 'kind' | 'contact'> {
  if (kind === 'wait') return { kind: 'time' }
  if (kind === 'check' || kind === 'refresh') return { kind: 'work' }
  if (kind === 'restart') return { kind: 'restore' }
  return { kind: kind === 'later' ? 'late' : kind, contact: contacts[n!]! }
}

function carryOut([kind, n]: Move, contacts: readonly Node[], side: Side, real: Real): void {
  const { model } = side
  const contact = contacts[n ?? 0]!
  if (kind === 'queried' || kind === 'responded' || kind === 'failed')
    tell(side, real, kind, contact)
  // To a query that failed just now, or one instant ago.
  if (kind === 'late') tellLate(side, real, contact, model.now)
  if (kind === 'later') tellLate(side, real, contact, model.now - 1)
  if (kind === 'forget') same(real.table.forget(contact.id), model.forget(idToBigInt(contact.id)))
  if (kind === 'restore') same(real.table.restore(contacts), model.restore(contacts))
  if (kind === 'wait') model.now += 1
  if (kind === 'check') takeCheck(side, real)
  if (kind === 'refresh') takeRefresh(side, real)
  if (kind === 'restart') revive(side, real)
}

function same(real: unknown, model: unknown): void {
  if (real !== model) throw new Error(`expected ${model}, got ${real}`)
}

/**
 * All parts of a state that matter for what follows. An instant longer ago than every time span
 * matters only by its order. Of a stale waiting contact only matters whether it responded, and
 * nothing of a check after which another may begin.
 */
function keyOf(model: TableModel): string {
  const { setup, ranges, members, candidates, now } = model
  const longest = Math.max(setup.questionableAfterMs, setup.refreshAfterMs)
  const isOld = (at: number) => at < now - longest
  const instants = [...members.map(({ seenAt }) => seenAt), ...ranges.map((r) => r.refreshedAt)]
  const old = [...new Set(instants.filter(isOld))].sort((a, b) => a - b)
  const when = (at: number) => {
    if (at === NEVER) return 'never'
    return isOld(at) ? `old ${old.indexOf(at)}` : now - at
  }
  // Of these only the order among ranges matters.
  const turn = (of: 'checkingSince' | 'heardAt', range: Range) =>
    [...new Set(ranges.map((each) => each[of]))].sort((a, b) => a - b).indexOf(range[of])
  const answered = ({ seenAt }: Fact) => {
    if (seenAt === NEVER) return 'never'
    return now < seenAt + setup.questionableAfterMs ? now - seenAt : 'stale'
  }
  // It matters for failures that may be taken back, and these are at most one instant old.
  const forgiven = ({ failures, respondedAt }: Fact) =>
    failures === 0 ? '' : Math.min(now - respondedAt, 2)
  const name = ({ id, contact }: Fact) => `${id}${contact.address}`
  return JSON.stringify([
    members
      .map((each) => `${name(each)} ${when(each.seenAt)} ${each.failures} ${forgiven(each)}`)
      .sort(),
    candidates.map((each) => `${name(each)} ${answered(each)}`),
    candidates.map(({ messagesSinceCheck }) => messagesSinceCheck),
    model.wasMember,
    ranges.map((range) => {
      const { refreshedAt, checkedAt, checking, checkingSince, suspect } = range
      const check = now < model.freeAt(range) ? now - checkedAt : 'free'
      const isBusy = now < model.memberFreeAt(range)
      const busy = isBusy ? [now - checkingSince, checking && name(checking)] : 'free'
      const isHere = suspect !== undefined && members.includes(suspect)
      return [
        when(refreshedAt),
        check,
        busy,
        isHere && name(suspect),
        turn('checkingSince', range),
        turn('heardAt', range),
      ]
    }),
  ])
}
