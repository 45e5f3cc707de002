// Scripts of commands for the transaction table with the codec. What a command refers to (the third
// open query, 1 ms before the next deadline) is read from the model when it runs. After each
// command the table is compared with the model, and every query has ended at most once.

import type { Endpoint } from '@dht/krpc'
import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect } from 'vitest'
import { message } from '../support/by-hand.ts'
import { toHex } from '../support/bytes.ts'
import { ABOUT_ENDED, ABOUT_OPEN, type Case, type Delivery, METHODS } from './transport.cases.ts'
import {
  type Asked,
  answerTo,
  EXPIRE_MS,
  saidIn,
  secondTidOf,
  type TransportModel,
  viewOf,
} from './transport.model.ts'
import type { Effect, Ended, System } from './transport.system.ts'

export interface Side {
  readonly model: TransportModel
  readonly places: readonly Endpoint[]
  /** The ids drawn since a query was last sent. */
  readonly draws: Uint8Array[]
  readonly census: Census<Case>
}

type Command = fc.Command<Side, System>

/** A datagram, and its expected effect. */
interface Delivered {
  readonly bytes: Uint8Array
  readonly from: Endpoint
  readonly ends?: Ended | undefined
  readonly back?: Uint8Array | undefined
}

function command(name: string, run: (side: Side, system: System) => void): Command {
  return {
    check: () => true,
    run: (side, system) => {
      run(side, system)
      compare(side, system)
    },
    toString: () => name,
  }
}

function compare({ model }: Side, { table }: System): void {
  const seen = table.outstanding().map(({ transaction, dueAt }) => {
    const { context, transactionId: tid } = transaction
    return viewOf({ ...transaction, question: context.question, tid, dueAt })
  })
  same(seen.join('\n'), model.view())
  same(table.size, model.open.length)
  same(table.nextTimeout(), model.nextAt())
}

/** Faster than `expect`: thousands of states are compared. */
function same(seen: unknown, expected: unknown): void {
  if (!Object.is(seen, expected)) expect(seen).toEqual(expected)
}

const pick = <T>(from: readonly T[], selector: number): T | undefined =>
  from[selector % from.length]

/** Records the ends that were reported, and compares them with those expected. */
function end(told: readonly Ended[], expected: readonly Ended[], { model, census }: Side): void {
  const plain = (ends: readonly Ended[]) =>
    ends.map((each) => `${each.question} ${each.end} ${each.said}`).sort()
  same(plain(told).join(), plain(expected).join())
  for (const { question, end: how } of expected) {
    const asked = model.all[question]!
    same(asked.end, undefined)
    asked.end = how
    if (how === 'timeout') asked.expiredAt = model.now
    census.count(`${how} of ${asked.method}`)
  }
}

const ask = fc
  .record({ to: fc.nat({ max: 7 }), method: fc.constantFrom(...METHODS) })
  .map(({ to, method }) =>
    command(`ask(${method}, ${to})`, (side, system) => {
      const { model, places, draws, census } = side
      const isTaken = (tid: Uint8Array) => model.isTaken(tid)
      const question = model.all.length
      const place = pick(places, to)!
      draws.length = 0
      const bytes = system.ask(method, place, question, model.now)
      if (bytes === undefined) {
        const all = draws.every(isTaken) && draws.length === 8
        same(model.isFull ? draws.length === 0 : all, true)
        census.count(model.isFull ? 'refused: full' : 'refused: no free id')
        return
      }
      // The id is the first drawn one that is free (NET-3), and every byte sent is known.
      const tid = draws.at(-1)!
      same(
        draws.findIndex((each) => !isTaken(each)),
        draws.length - 1,
      )
      same(toHex(bytes), toHex(model.queryBytes(method, tid)))
      const what = { question, method, to: place, tid, sentAt: model.now }
      const fate = {
        expiredAt: undefined,
        end: undefined,
        answer: undefined,
        answerTid: undefined,
        last: undefined,
      }
      model.all.push({ ...what, hasStalled: false, ...fate })
      census.count(`asked ${method}`)
    }),
  )

/** Datagrams that arrive about an open query, by name. */
const ARRIVALS: Record<Delivery, (asked: Asked, n: number, side: Side) => Delivered> = {
  valid: (asked, n, { model }) => {
    const said = answerTo(asked.method, model.network, n)
    return response(asked, model.responseBytes(tidOf(asked, n), said), saidIn(said))
  },
  // The kind of a response is not on the wire: its fields decide, and some may be missing.
  'wrong type': (asked, n, { model }) => {
    const other = METHODS[(METHODS.indexOf(asked.method) + 1 + (n % 3)) % METHODS.length]!
    const said = answerTo(other, model.network, n)
    return response(asked, model.responseBytes(asked.tid, said), saidIn(said))
  },
  unreadable: (asked, n, { model }) => ({
    bytes: unreadable(asked, n, model),
    from: asked.to,
    ends: { question: asked.question, end: 'protocol', said: '' },
  }),
  error: (asked, n, { model }) => {
    const code = [201, 202, 203, 204, 299, 1, 65_535][n % 7]!
    return {
      bytes: model.errorBytes(asked.tid, code, 'why not'),
      from: asked.to,
      ends: { question: asked.question, end: 'error', said: `${code} why not` },
    }
  },
  'other address': (asked, n, side) => {
    const others = side.places.filter((each) => each !== asked.to)
    return { ...ARRIVALS.valid(asked, n, side), from: pick(others, n)!, ends: undefined }
  },
  // The id of a query to another endpoint, or of no query.
  'other tid': (asked, n, { model }) => {
    const others = model.open.filter(({ to }) => to !== asked.to)
    const tid = pick(others, n)?.tid ?? asked.tid.map((byte) => byte ^ 0x80)
    const said = answerTo(asked.method, model.network, n)
    return { bytes: model.responseBytes(tid, said), from: asked.to }
  },
  // A sender that can forge any address but has to guess the id: similar ids, parts of it and
  // extensions.
  spoofed: (asked, n, { model }) => {
    const { tid } = asked
    const guesses = [
      tid.map((byte, at) => (at === 0 ? byte ^ 0x40 : byte)),
      // The second id, before it is used.
      asked.hasStalled ? tid.slice(0, 3) : secondTidOf(asked),
      tid.slice(0, 1 + (n % 3)),
      Uint8Array.of(...tid, n % 256),
      Uint8Array.of(tid[3]! ^ 0xf0, 0, 0, 0),
    ]
    const said = answerTo(asked.method, model.network, n)
    return { bytes: model.responseBytes(guesses[n % guesses.length]!, said), from: asked.to }
  },
  'same-tid query': (asked, n, { model }) => ({
    ...queryWith(asked.tid, n, model),
    from: asked.to,
  }),
  garbage: (asked, n) => {
    const bytes = Uint8Array.from(
      { length: n % 90 },
      (_, at) => (n * (at + 7) * 2_654_435_761) >>> 24,
    )
    return { bytes, from: asked.to }
  },
  truncated: (asked, n, side) => {
    const { bytes, from } = ARRIVALS[n % 3 === 0 ? 'error' : 'valid'](asked, n, side)
    return { bytes: bytes.slice(0, n % bytes.length), from }
  },
  duplicate: (asked) => ({ bytes: asked.answer!, from: asked.to }),
  late: (asked, n, side) => ({
    ...ARRIVALS.valid({ ...asked, hasStalled: false }, n, side),
    ends: undefined,
  }),
}

/** The transmission to which a valid response belongs. */
function tidOf(asked: Asked, n: number): Uint8Array {
  return asked.hasStalled && n % 2 === 1 ? secondTidOf(asked) : asked.tid
}

function response({ question, to }: Asked, bytes: Uint8Array, said: string): Delivered {
  return { bytes, from: to, ends: { question, end: 'response', said } }
}

/**
 * Responses whose id is missing, too short or not a string, without a dictionary, or of unknown
 * kind.
 */
function unreadable({ tid, method }: Asked, n: number, model: TransportModel): Uint8Array {
  const { network } = model
  const { id, ...rest } = answerTo(method, network, n)
  const all = { ...rest, id: new Uint8Array(network.idLength) }
  const forms = [
    model.responseBytes(tid, rest),
    model.responseBytes(tid, { ...rest, id: new Uint8Array(network.idLength - 1) }),
    model.responseBytes(tid, { ...rest, id: network.idLength }),
    message(network, 'r', tid, { r: ['no', 'dictionary', 'at', 'all'] }),
    message(network, 'z', tid, { r: all }),
  ]
  return forms[n % forms.length]!
}

/**
 * Queries, valid ones and some that get an error message, with a transaction id that is in use
 * here.
 */
function queryWith(tid: Uint8Array, n: number, model: TransportModel): Omit<Delivered, 'from'> {
  const { network, self } = model
  const [id, target] = [new Uint8Array(network.idLength).fill(9), self]
  const back = n % 4 < 2 ? model.responseBytes(tid, { id: self }) : undefined
  const forms = [
    { q: 'ping', a: { id } },
    { q: 'find_node', a: { id, target } },
    { q: 'ping', a: {} },
    { q: 'nonsense', a: { id } },
  ]
  const bytes = message(network, 'q', tid, forms[n % 4]!)
  return { bytes, back: back ?? model.errorBytes(tid, n % 4 === 2 ? 203 : 204, 'no') }
}

function receive(what: Delivered, side: Side, system: System): void {
  const { ended, back }: Effect = system.receive(what.bytes, what.from, side.model.now)
  end(ended === undefined ? [] : [ended], what.ends === undefined ? [] : [what.ends], side)
  same(back && toHex(back), what.back && toHex(what.back))
  if (back !== undefined && what.ends === undefined) {
    if (back[back.length - 2] === 'e'.charCodeAt(0)) side.census.count('sent an error')
  }
}

/** A datagram about a query, sometimes twice: the second one changes nothing (NET-63). */
const deliver = fc
  .record({
    what: fc.constantFrom<Delivery[]>('valid', 'valid', ...ABOUT_OPEN, ...ABOUT_ENDED),
    which: fc.nat({ max: 40 }),
    n: fc.nat({ max: 1000 }),
    isTwice: fc.boolean(),
  })
  .map(({ what, which, n, isTwice }) =>
    command(`deliver(${what}, ${which}, ${n}, ${isTwice})`, (side, system) => {
      const { model, census } = side
      const asked = pick(aboutWhom(what, model), which)
      if (asked === undefined) return
      const delivered = ARRIVALS[what](asked, n, side)
      const tid = (what === 'duplicate' && asked.answerTid) || asked.tid
      const newer = asked.end === undefined ? undefined : model.match(tid, asked.to)
      const { end: how, said } = asked.last ?? { end: 'response' as const, said: '' }
      if (newer !== undefined) {
        // The id was drawn again, so the response may be meant for the newer query.
        census.count('fits a newer question')
        const words = what === 'late' ? saidIn(answerTo(asked.method, model.network, n)) : said
        const ends = {
          question: newer.question,
          end: what === 'late' ? 'response' : how,
          said: words,
        }
        receive({ ...delivered, ends }, side, system)
        return
      }
      census.count(`${what} for ${asked.method}`)
      if (what === 'valid' && model.now >= asked.sentAt + EXPIRE_MS) {
        census.count('response after its deadline, before a timeout is handled')
      }
      const isSecond = what === 'valid' && tidOf(asked, n) !== asked.tid
      if (isSecond) census.count('answer to the second sending')
      receive(delivered, side, system)
      if (delivered.ends !== undefined) {
        asked.answer = delivered.bytes
        asked.answerTid = isSecond ? secondTidOf(asked) : asked.tid
        asked.last = delivered.ends
      }
      if (!isTwice) return
      census.count('delivered twice')
      receive({ ...delivered, ends: undefined }, side, system)
    }),
  )

function aboutWhom(what: Delivery, { all, open }: TransportModel): readonly Asked[] {
  if (what === 'duplicate') return all.filter(({ answer }) => answer !== undefined).reverse()
  if (what !== 'late') return open
  return all.filter(({ end: how, answer }) => how !== undefined && answer === undefined).reverse()
}

/** Passes the time, of which a part may have been missed. */
export function handleTimeout(side: Side, system: System): void {
  const { model, census } = side
  const due = model.open.filter((asked) => model.dueAt(asked) <= model.now)
  const isOver = ({ sentAt }: Asked) => sentAt + EXPIRE_MS <= model.now
  const [over, stalled] = [due.filter(isOver), due.filter((asked) => !isOver(asked))]
  const { again, ended } = system.handleTimeout(model.now)
  const textOf = (question: number, bytes: Uint8Array) => `${question} ${toHex(bytes)}`
  const meant = stalled.map((asked) =>
    textOf(asked.question, model.queryBytes(asked.method, secondTidOf(asked))),
  )
  const seen = again.map(({ question, bytes }) => textOf(question, bytes))
  same(seen.sort().join(), meant.sort().join())
  census.count('resent on a stall', stalled.length)
  census.count('expired unstalled', over.filter(({ hasStalled }) => !hasStalled).length)
  for (const asked of stalled) asked.hasStalled = true
  end(
    ended,
    over.map(({ question }) => ({ question, end: 'timeout', said: '' })),
    side,
  )
  // No query is open longer than its timeout plus the time that the caller was late (NET-51).
  same(
    model.open.every((asked) => model.dueAt(asked) > model.now),
    true,
  )
}

const timeoutWhenDue = fc.constantFrom(0, -1, 1).map((off) =>
  command(`timeoutWhenDue(${off})`, (side, system) => {
    const due = side.model.nextAt()
    if (due === undefined) return
    side.model.now = Math.max(side.model.now, due + off)
    handleTimeout(side, system)
    const names = {
      '-1': 'timeout handled 1 ms early',
      0: 'timeout handled on time',
      1: 'timeout handled 1 ms late',
    } as const
    side.census.count(names[off as 0])
  }),
)

const oversleep = fc.integer({ min: 0, max: 2 * EXPIRE_MS }).map((ms) =>
  command(`oversleep(${ms})`, (side, system) => {
    side.model.now += ms
    handleTimeout(side, system)
    side.census.count('overslept')
  }),
)

const pass = fc.integer({ min: 0, max: EXPIRE_MS }).map((ms) =>
  command(`pass(${ms})`, ({ model }) => {
    model.now += ms
  }),
)

const sendError = fc.nat({ max: 40 }).map((to) =>
  command(`sendError(${to})`, (side, system) => {
    const busy = side.model.open.map((asked) => asked.to)
    const place = pick([...busy, ...busy, ...side.places], to)!
    const meant = side.model.open.filter((asked) => asked.to === place)
    if (meant.length === 0) side.census.count('send error for nobody')
    if (meant.length > 1) side.census.count('several ended by a send error')
    const ends = meant.map(({ question }) => ({ question, end: 'send error', said: '' }) as const)
    end(system.undeliverable(place), ends, side)
  }),
)

const restart = command('restart', (side, system) => {
  const { open } = side.model
  if (open.length > 0) side.census.count('closed with some open')
  const ends = open.map(({ question }) => ({ question, end: 'closed', said: '' }) as const)
  end(system.restart(), ends, side)
  for (const asked of side.model.all) asked.expiredAt = undefined
})

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: ask },
  { weight: 16, arbitrary: deliver },
  { weight: 3, arbitrary: timeoutWhenDue },
  { weight: 1, arbitrary: oversleep },
  { weight: 3, arbitrary: pass },
  { weight: 2, arbitrary: sendError },
  { weight: 1, arbitrary: fc.constant(restart) },
)

/** No more responses: every query has ended once, and there is no next timeout. */
export function drain(side: Side, system: System): void {
  for (let at = system.table.nextTimeout(); at !== undefined; at = system.table.nextTimeout()) {
    side.model.now = Math.max(side.model.now, at)
    handleTimeout(side, system)
  }
  compare(side, system)
  expect(side.model.open).toEqual([])
}
