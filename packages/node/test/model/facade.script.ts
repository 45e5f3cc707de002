// Scripts for a user of whole nodes. A scheduler decides which datagram arrives next. Calls of
// every kind run at once, are aborted, closed, read and left. Every call ends once; how it may end
// follows from what was done to it and when.

import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { same } from '../support/alike.ts'
import type { MemoryWorld } from '../support/memory-node.ts'

/** An id of the node's network with every byte equal to `byte`, in hex. */
export function idFor({ id }: DhtNode, byte = 'ab'): string {
  return byte.repeat(id.length / 2)
}

export const FLOORS = {
  'a call that is met': 20,
  'a call that fails as it has to': 10,
  'a call given up': 3,
  'a call given up before it began': 2,
  'a call closed over': 5,
  'a call after the close': 15,
  'a reader that leaves': 5,
  'a reader that leaves others': 5,
  'a reader that throws': 5,
  'close while calls are open': 3,
  'close again': 1,
  'an entry entered': 5,
  'an entry deleted': 0,
  'the state looked at': 20,
  'a node of 20-byte ids': 5,
} as const

export type Case = keyof typeof FLOORS

const CLOSED = 'ERR_DHT_NODE_CLOSED'

/** A call under way, with the ways in which it may end. */
interface Call {
  readonly name: string
  readonly mayEnd: Set<string>
  readonly controller: AbortController | undefined
  end: string | undefined
  ends: number
}

export interface Model {
  readonly census: Census<Case>
  readonly calls: Call[]
  entries: string[]
  isClosed: boolean
}

export interface Real {
  readonly world: MemoryWorld
  readonly node: DhtNode
}

type Command = fc.AsyncCommand<Model, Real>
type Start = (node: DhtNode, signal: AbortSignal | undefined) => PromiseLike<unknown>

async function readSome(items: AsyncIterable<unknown>, most: number): Promise<void> {
  let left = most
  for await (const _ of items) if (--left <= 0) break
}

const THROWN = Object.assign(new Error('of the user'), { code: 'THROWN' })
const fail = (): never => {
  throw THROWN
}

/** Each call with its end if nothing is done to it. */
const CALLS: Readonly<Record<string, readonly [Start, string]>> = {
  lookup: [(node, signal) => node.lookup(idFor(node), { ...(signal && { signal }) }), 'met'],
  first: [
    (node, signal) => node.lookup(idFor(node), { mode: 'first', ...(signal && { signal }) }),
    'met',
  ],
  closest: [(node, signal) => node.closest(idFor(node), { ...(signal && { signal }) }), 'met'],
  joined: [(node, signal) => node.joined({ ...(signal && { signal }) }), 'met'],
  ping: [(node, signal) => node.ping('192.0.2.1:1', { ...(signal && { signal }) }), 'met'],
  'find node': [(node) => node.findNode('192.0.2.2:1', idFor(node)), 'met'],
  'find value': [(node) => node.findValue('192.0.2.2:1', idFor(node)), 'met'],
  'read all': [
    (node, signal) => readSome(node.lookup(idFor(node), { ...(signal && { signal }) }), 99),
    'met',
  ],
  'leave early': [(node) => readSome(node.lookup(idFor(node)), 1), 'met'],
  'one of two readers leaves': [
    async (node) => {
      const lookup = node.lookup(idFor(node))
      await Promise.all([readSome(lookup, 99), readSome(lookup, 1)])
      // Nothing was cancelled, so the whole result is known, too.
      await lookup
    },
    'met',
  ],
  'the reader leaves, somebody awaits': [
    async (node) => {
      const lookup = node.lookup(idFor(node))
      await Promise.all([lookup, readSome(lookup, 1)])
    },
    'met',
  ],
  'throw in a reader': [
    async (node) => {
      for await (const _ of node.lookup(idFor(node))) fail()
    },
    'THROWN',
  ],
  'throw in a callback': [(node) => node.ping('192.0.2.1:1').then(fail), 'THROWN'],
  'ping ourselves': [(node) => node.ping(node.endpoints[0]!), 'ERR_DHT_NODE_NOT_SENT'],
  'ping nobody': [
    (node, signal) => node.ping('192.0.2.99:1', { ...(signal && { signal }) }),
    'ERR_DHT_NODE_TIMEOUT',
  ],
  'store without a right token': [
    (node) =>
      node.store('192.0.2.1:1', { id: idFor(node), port: 1, token: Uint8Array.of(1, 2, 3, 4) }),
    'ERR_DHT_NODE_REMOTE',
  ],
}

/** Calls that one reader leaves while others wait for the rest. */
const LEFT_BEHIND: ReadonlySet<string> = new Set([
  'one of two readers leaves',
  'the reader leaves, somebody awaits',
])

const ABORTED = 'given up'

interface Request {
  readonly name: string
  readonly signal: string
}

const request: fc.Arbitrary<Request> = fc.record({
  name: fc.constantFrom(...Object.keys(CALLS)),
  // Never aborted, aborted later, and aborted before the call.
  signal: fc.constantFrom('none', 'later', 'later', 'before'),
})

function beginCall({ name, signal }: Request, model: Model, { node }: Real): void {
  const [start, usual] = CALLS[name]!
  const takesSignal = start.length > 1
  const controller = takesSignal && signal !== 'none' ? new AbortController() : undefined
  const reason = Object.assign(new Error(ABORTED), { code: ABORTED })
  if (controller && signal === 'before') controller.abort(reason)
  const isBefore = controller?.signal.aborted === true
  const end = isBefore ? ABORTED : usual
  const mayEnd = new Set([model.isClosed ? CLOSED : end])
  const { census } = model
  if (isBefore) census.count('a call given up before it began')
  const begun: Call = { name, mayEnd, controller, end: undefined, ends: 0 }
  model.calls.push(begun)
  const settle = (how: string): void => {
    begun.end = how
    begun.ends++
    if (how === CLOSED) {
      census.count(mayEnd.size > 1 ? 'a call closed over' : 'a call after the close')
    } else if (how === ABORTED) census.count('a call given up')
    else census.count(how === 'met' ? 'a call that is met' : 'a call that fails as it has to')
    if (name === 'leave early') census.count('a reader that leaves')
    if (LEFT_BEHIND.has(name)) census.count('a reader that leaves others')
    if (how === 'THROWN') census.count('a reader that throws')
  }
  const promise = new Promise((resolve) => resolve(start(node, controller?.signal)))
  promise.then(
    () => settle('met'),
    (error: { code?: string }) => settle(String(error.code)),
  )
}

const call = request.map((wished) =>
  command(`${wished.name}(${wished.signal})`, async (model, real) =>
    beginCall(wished, model, real),
  ),
)

/** Several calls at once that are aborted or closed before any response. */
const hurry = fc
  .record({ operations: fc.array(request, { minLength: 1, maxLength: 4 }), isClose: fc.boolean() })
  .map(({ operations, isClose }) =>
    command(`hurry(${operations.map(({ name }) => name)}, ${isClose})`, async (model, real) => {
      for (const each of operations) beginCall(each, model, real)
      if (isClose) closeNode(model, real)
      else giveUpOne(0, model)
    }),
  )

function giveUpOne(which: number, { calls }: Model): void {
  const open = calls.filter(({ end, controller }) => end === undefined && controller)
  const chosen = open[which % open.length]
  chosen?.mayEnd.add(ABORTED)
  chosen?.controller?.abort(Object.assign(new Error(ABORTED), { code: ABORTED }))
}

const giveUp = fc
  .nat()
  .map((which) => command(`giveUp(${which})`, async (model) => giveUpOne(which, model)))

/** TRACK-2, TRACK-3: entering and deleting take effect at once. */
const enter = fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 })).map(([which, port]) =>
  command(`enter(${which}, ${port})`, async (model, { node }) => {
    const id = idFor(node, `0${which}`)
    node.enter(id, port)
    if (model.isClosed) return
    model.census.count('an entry entered')
    model.entries = [...model.entries.filter((each) => !each.startsWith(id)), `${id}:${port}`]
  }),
)

const remove = fc.nat().map((which) =>
  command(`delete(${which})`, async (model, { node }) => {
    const entry = model.entries[which % model.entries.length] ?? `${idFor(node)}:1`
    const [id = idFor(node)] = entry.split(':')
    if (model.isClosed) {
      expect(() => node.delete(id)).toThrow('closed')
      return
    }
    node.delete(id)
    if (model.entries.includes(entry)) model.census.count('an entry deleted')
    model.entries = model.entries.filter((each) => each !== entry)
  }),
)

function closeNode(model: Model, { node }: Real): void {
  const open = model.calls.filter(({ end }) => end === undefined)
  for (const { mayEnd } of open) mayEnd.add(CLOSED)
  if (model.isClosed) model.census.count('close again')
  else if (open.length > 0) model.census.count('close while calls are open')
  model.isClosed = true
  void node.close()
}

const close = command('close', async (model, real) => closeNode(model, real))

/** Lets some of the events under way happen. */
const goOn = fc.integer({ min: 0, max: 6 }).map((turns) =>
  command(`goOn(${turns})`, async () => {
    for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done))
  }),
)

const watch = command('watch', async (_model, { node }) => {
  void readSome(node.events(), 2)
})

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real)
      compare(model, real)
    },
    toString: () => name,
  }
}

/** API-4: everything in an info belongs to one instant. */
export function compare({ census, entries, calls }: Model, { node }: Real): void {
  census.count('the state looked at')
  const info = node.info()
  const entered = info.announcements.map(({ id, port }) => `${id}:${port}`)
  same(entered, entries)
  for (const { contacts, buckets } of info.overlays) {
    const members = buckets.reduce((sum, each) => sum + each, 0)
    same(contacts.good + contacts.questionable + contacts.bad, members)
  }
  for (const { name, end, ends, mayEnd } of calls) {
    if (ends > 1) throw new Error(`${name} has ${ends} ends`)
    if (end !== undefined && !mayEnd.has(end)) same([name, end], [name, [...mayEnd]])
  }
}

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 16, arbitrary: call },
  { weight: 3, arbitrary: giveUp },
  { weight: 3, arbitrary: enter },
  { weight: 2, arbitrary: remove },
  { weight: 3, arbitrary: hurry },
  { weight: 1, arbitrary: fc.constant(close) },
  { weight: 3, arbitrary: goOn },
  { weight: 1, arbitrary: fc.constant(watch) },
)
