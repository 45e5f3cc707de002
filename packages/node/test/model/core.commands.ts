// Generates the commands of scripts for a whole core, in a fixed mixture.

import { timeAdvance } from '@dht/testing'
import fc from 'fast-check'
import type { LookupMode } from '../../src/core/operations/command.ts'
import {
  acquaint,
  announce,
  ask,
  flood,
  garbage,
  type IncomingQuery,
  type Method,
  stray,
} from './core.incoming-queries.ts'
import type { Returning } from './core.item-replies.ts'
import { askForSamples, type Putting, putItem, putItems } from './core.items.ts'
import { advance, boundary, type Moment, setBack } from './core.moments.ts'
import { converse, type Reaction, type Replying, reply, replyAfterExpiry } from './core.replies.ts'
import type { Target } from './core.targets.ts'
import { type Getting, getItem, type Publishing, publishItem } from './core.user-items.ts'
import {
  addNodes,
  bootstrap,
  cancel,
  changeMind,
  fail,
  launch,
  loseTransport,
  type OperationKind,
  remove,
  reopenTransport,
  request,
  restore,
  type UserOperation,
} from './core.user-operations.ts'
import type { Who, World } from './core.world.ts'

export type Command = fc.Command<World, object>

const KEY: Target = { of: 'key', n: 0 }

const n = fc.nat({ max: 60 })

const who: fc.Arbitrary<Who> = fc.record({
  of: fc.oneof(
    { arbitrary: fc.constantFrom('neighbour' as const, 'member', 'fresh'), weight: 8 },
    { arbitrary: fc.constantFrom('candidate' as const, 'same id', 'same address'), weight: 3 },
    { arbitrary: fc.constantFrom('own id' as const, 'own address'), weight: 1 },
  ),
  n,
  is6: fc.boolean(),
})

const target: fc.Arbitrary<Target> = fc.record({
  of: fc.constantFrom('key', 'key', 'stored', 'entered', 'peer', 'self'),
  n: fc.nat({ max: 7 }),
})

const asking: fc.Arbitrary<IncomingQuery> = fc.record({
  who,
  method: fc.constantFrom<Method[]>(
    'find_node',
    'get_peers',
    'get_peers',
    'ping',
    'unknown',
    'announce_peer',
    'withdraw_peer',
  ),
  target,
  port: fc.nat({ max: 7 }),
  token: fc.nat({ max: 12 }),
  want: fc.nat({ max: 7 }),
  flags: fc.nat({ max: 14 }),
})

const reaction = fc.oneof(
  { arbitrary: fc.constant<Reaction>('valid'), weight: 4 },
  {
    arbitrary: fc.constantFrom<Reaction[]>(
      'other id',
      'our id',
      'error',
      'garbage',
      'other address',
      'other transaction',
      'same-transaction query',
      'late',
    ),
    weight: 8,
  },
)

const returning: fc.Arbitrary<Returning> = fc.record({
  what: fc.constantFrom<Returning['what'][]>(
    'valid',
    'valid',
    'valid',
    'valid',
    'valid',
    'nothing',
    'wrong signature',
    'other value',
    'other key',
    'seq alone',
  ),
  seq: fc.constantFrom(1, 2, 3),
  text: fc.nat({ max: 1 }),
})

const replying = fc.record({
  which: fc.constantFrom(0, 0, 0, 1, 2, 5, 9),
  reaction,
  who,
  named: fc.array(who, { maxLength: 6 }),
  lies: fc.nat({ max: 7 }),
  values: fc.constantFrom(0, 0, 0, 1, 2, 5),
  hasToken: fc.boolean(),
  item: returning,
})

const wishing: fc.Arbitrary<UserOperation> = fc.record({
  kind: fc.constantFrom<OperationKind[]>(
    'lookup',
    'enter',
    'closest',
    'join',
    'ping',
    'find-node',
    'find-value',
    'store',
    'lookup',
    'enter',
  ),
  who,
  target,
  port: fc.nat({ max: 3 }),
  mode: fc.constantFrom<LookupMode[]>('first', 'all', 'quick', 'quick'),
})

const putting: fc.Arbitrary<Putting> = fc.record({
  who,
  item: fc.constantFrom(0, 1, 2, 2, 3),
  seq: fc.constantFrom(1, 2, 3, 2),
  text: fc.nat({ max: 1 }),
  fault: fc.constantFrom<Putting['fault'][]>(
    'none',
    'none',
    'none',
    'none',
    'wrong token',
    'wrong signature',
    'other address',
  ),
  cas: fc.constantFrom(undefined, undefined, 1, 2),
  rotations: fc.constantFrom(0, 0, 0, 1, 2),
  known: fc.constantFrom(undefined, 1, 2),
})

const wantedItem = {
  who,
  choice: fc.record({
    item: fc.constantFrom(0, 1, 2, 2, 3, 3),
    seq: fc.constantFrom(1, 2, 2, 3, 0),
    text: fc.nat({ max: 1 }),
  }),
  returns: fc.array(returning, { minLength: 2, maxLength: 5 }),
  responses: fc.constantFrom(20, 20, 20, 0, 2, 4, 6, 8),
}

const getting: fc.Arbitrary<Getting> = fc.record({
  ...wantedItem,
  known: fc.constantFrom(undefined, undefined, 1, 2),
  isRising: fc.boolean(),
})

const publishing: fc.Arbitrary<Publishing> = fc.record({
  ...wantedItem,
  cas: fc.constantFrom(undefined, undefined, 1, 2),
  keep: fc.constantFrom<Publishing['keep'][]>(
    undefined,
    'at-once',
    'when-accepted',
    'when-accepted',
  ),
  isSame: fc.boolean(),
  refusals: fc.array(fc.constantFrom(undefined, undefined, 302, 302, 301, 203), { maxLength: 4 }),
})

const moment = fc.constantFrom<Moment[]>(
  'next wake',
  'stall',
  'expiry',
  'quiet',
  'peer',
  'token',
  'due',
  'due',
  'peer',
)

export function anyCommand(): fc.Arbitrary<Command> {
  const whom = fc.array(who, { maxLength: 3 })
  const mode = fc.constantFrom('punctual' as const, 'late', 'asleep')
  const neighbour = who.map((each): Who => ({ ...each, of: 'neighbour' }))
  const entered = target.map(
    ({ of, n: which }): Target => ({ of: of === 'self' ? of : 'entered', n: which }),
  )
  const quiz = fc
    .tuple(wishing, fc.constantFrom<OperationKind[]>('ping', 'find-node', 'find-value'))
    .map(([operations, kind]): UserOperation => ({ ...operations, kind }))
  const age = fc.record({
    rotations: fc.constantFrom(0, 1, 1, 2),
    isForeign: fc.boolean(),
  })
  const ports = fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 3 })
  const off = fc.constantFrom(0, -1, 1)
  const mixture: readonly (readonly [number, fc.Arbitrary<Command>])[] = [
    [8, named('ask', asking, ask)],
    [5, named('announce', fc.tuple(asking, age), ([a, b], w) => announce(a, b, w))],
    [
      4,
      named('acquaint', fc.tuple(asking, ports), ([a, b], w) =>
        acquaint({ ...a, target: KEY }, b, w),
      ),
    ],
    [26, named('reply', replying, reply)],
    [3, named('replyAfterExpiry', replying, replyAfterExpiry)],
    [12, named('hesitate', fc.tuple(target, n), ([a, b], w) => hesitate(a, b, w))],
    [1, named('tardy', fc.tuple(quiz, replying), ([a, b], w) => tardy(a, b, w))],
    [
      5,
      named('converse', fc.tuple(fc.nat({ max: 9 }), n), ([a, b], w) => converse(a + 1, b % 3, w)),
    ],
    [9, named('request', wishing, request)],
    [5, named('quiz', fc.tuple(quiz, replying), ([a, b], w) => question(a, b, w))],
    [4, named('cancel', n, cancel)],
    [3, named('delete', entered, remove)],
    [2, named('changeMind', fc.tuple(wishing, n), ([a, b], w) => changeMind(a, b, w))],
    [
      7,
      named('launch', fc.tuple(fc.array(neighbour, { maxLength: 3 }), target), ([a, b], w) =>
        launch(a, b, w),
      ),
    ],
    [
      2,
      named('bootstrap', fc.tuple(whom, whom, fc.nat({ max: 3 })), ([a, b, p], w) =>
        bootstrap([a, b.slice(0, 1), p === 0], w),
      ),
    ],
    [3, named('fail', fc.tuple(n, n), ([a, b], w) => fail(a, b, w))],
    [1, named('loseTransport', fc.tuple(n, fc.boolean()), loseTransport)],
    [1, named('reopenTransport', n, reopenTransport)],
    [2, named('restore', fc.array(who, { maxLength: 8 }), restore)],
    [
      20,
      named('boundary', fc.tuple(moment, off, fc.boolean()), ([a, b, c], w) =>
        boundary(a, b, c, w),
      ),
    ],
    [3, named('advance', fc.tuple(timeAdvance(), mode), ([a, b], w) => advance(a, b, w))],
    [1, named('setBack', fc.nat({ max: 5_000 }), setBack)],
    [2, named('flood', fc.tuple(asking, fc.nat({ max: 3 })), ([a, b], w) => flood(a, b, w))],
    [5, named('garbage', fc.tuple(n, who), ([a, b], w) => garbage(a, b, w))],
    [1, named('stray', who, stray)],
    [3, named('putItem', putting, putItem)],
    [
      5,
      named(
        'putItems',
        fc.tuple(fc.array(putting, { minLength: 3, maxLength: 4 }), fc.boolean()),
        putItems,
      ),
    ],
    [2, named('askForSamples', putting, askForSamples)],
    [4, named('getItem', getting, getItem)],
    [5, named('publishItem', publishing, publishItem)],
    [
      3,
      named(
        'addNodes',
        fc.tuple(fc.array(who, { minLength: 1, maxLength: 4 }), fc.boolean()),
        addNodes,
      ),
    ],
  ]
  return fc.oneof(...mixture.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

function named<T>(
  name: string,
  argument: fc.Arbitrary<T>,
  run: (argument: T, world: World) => void,
): fc.Arbitrary<Command> {
  return argument.map((chosen) => ({
    check: () => true,
    run: (world) => {
      run(chosen, world)
      world.check()
    },
    toString: () => `${name}(${JSON.stringify(chosen)})`,
  }))
}

/** A lookup or a round in which some queries get a response and the others stall for a while. */
function hesitate(target: Target, n: number, world: World): void {
  const kind = n % 2 === 0 ? 'enter' : 'lookup'
  const who = { of: 'member', n, is6: false } as const
  request({ kind, who, target, port: n % 4, mode: 'quick' }, world)
  converse(1 + (n % 3), 1, world)
  for (let time = 0; time < 3; time++) boundary('stall', 0, true, world)
  const then = (n >> 1) % 3
  if (then === 0) cancel(0, world)
  if (then === 1) boundary('expiry', 0, true, world)
  if (then === 2) converse(9, 1, world)
}

/** A node that responds to a few queries only after each has expired. */
function tardy(asked: UserOperation, replying: Replying, world: World): void {
  for (let time = 0; time < 4; time++) {
    request(asked, world)
    advance(world.model.config.giveUpMs, 'late', world)
    const expired = [...world.model.families.values()].flatMap(({ overlay }) =>
      overlay.transactions.expired.map((each) => each.asked),
    )
    const to = world.peer(asked.who).contact.endpoint.address
    const which = expired.findLastIndex((each) => each.to.address === to)
    if (which >= 0) replyAfterExpiry({ ...replying, which }, world)
  }
}

/** A query of a user, and at once its outcome. */
function question(asked: UserOperation, replying: Replying, world: World): void {
  request(asked, world)
  if (replying.lies < 2) fail(0, replying.lies, world)
  else if (replying.lies === 2) advance(10_000, 'punctual', world)
  else reply({ ...replying, which: 0 }, world)
}
