// Hostile scripts for a lookup: any event in any order about any node, queried or not, with false
// replies. And a runner that records what the lookup shows after each step.
import type { Id } from '@dht/id'
import fc from 'fast-check'
import {
  Lookup,
  type LookupInit,
  type LookupOptions,
  type ResponseVerdict,
} from '../../src/index.ts'
import { type TestNode, testNode } from '../support/network.ts'
import type { View } from './lookup.model.ts'
import type { HistoryEvent, Setup } from './lookup.setup.ts'

/**
 * `pending` chooses a candidate with an open query, if there is one; `asked` a contact that was
 * queried at any time; `anyone` any node.
 */
interface Aim {
  readonly at: 'pending' | 'asked' | 'anyone'
  readonly pick: number
}

type Action =
  | { readonly kind: 'next' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'stall'; readonly aim: Aim }
  | { readonly kind: 'fail'; readonly aim: Aim }
  | {
      readonly kind: 'respond'
      readonly aim: Aim
      /** The node that responds in place of the queried one, if any; it may be our own id. */
      readonly impostor: TestNode | 'self' | undefined
      readonly closer: readonly TestNode[]
      readonly token: number | undefined
    }

export interface Script {
  readonly setup: Setup
  readonly world: readonly TestNode[]
  readonly actions: readonly Action[]
}

export interface Turn {
  /** The event; undefined for a `next` that returned no contact. */
  readonly event: HistoryEvent | undefined
  readonly step: TestNode | 'wait' | 'done' | undefined
  readonly verdict: ResponseVerdict['kind'] | undefined
  readonly before: View
  readonly after: View
}

/** The width of the ids, and which contacts the script uses. */
export interface Scale {
  readonly width: number
  readonly idAt: (n: number) => bigint
  readonly ids: number
  readonly addresses: number
  /** Ports of an address. */
  readonly ports: number
  /** Whether every lookup is given `endpointOf` and goes on for long, and most queries fail. */
  readonly isHard: boolean
}

const MANY_IDS = { ids: 48, addresses: 13, ports: 3, isHard: false } as const

export const SMALL: Scale = { width: 1, idAt: BigInt, ...MANY_IDS }

/** Few ids, each with many contacts at few addresses. */
export const DENSE: Scale = {
  ...{ width: 1, idAt: (n) => BigInt(5 * n) },
  ...{ ids: 12, addresses: 5, ports: 4, isHard: true },
}

/**
 * Four clusters of ids: that differ in low bits, in middle bits, in high bits, and in the last bits
 * again.
 */
export function realScale(width: number): Scale {
  const centre = BigInt(`0x${'5a'.repeat(width)}`)
  const places = [0, 4 * width, 8 * width - 4, 2].map(BigInt)
  return {
    width,
    idAt: (n) => centre ^ ((BigInt(n % 12) + 1n) << places[Math.floor(n / 12) % 4]!),
    ...MANY_IDS,
  }
}

/** Our own address, and an endpoint of ours at another one. */
const OWN_ADDRESSES = ['a0', 'a1:1']

// Few addresses for many ids, so that shared addresses and moved ids occur. Sometimes an id of
// another width, with a value of its own, because the model identifies nodes by value.
const nodeOf = ({ width, idAt, ids, addresses, ports }: Scale): fc.Arbitrary<TestNode> =>
  fc
    .record({
      value: fc.nat(ids - 1),
      address: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat(addresses - 1)),
      port: fc.oneof(fc.constant(0), fc.nat(ports - 1)),
      extra: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, fc.constant(1)),
    })
    .map(({ value, address, port, extra }) => ({
      ...testNode(idAt(value) + (BigInt(extra) << BigInt(8 * width)), width + extra),
      address: `a${address < 0 ? value : address}`,
      port,
    }))

/** With a probability of one sixth. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

const aim: fc.Arbitrary<Aim> = fc.record({
  at: fc.oneof(
    { weight: 6, arbitrary: fc.constant('pending' as const) },
    fc.constant('asked' as const),
    fc.constant('anyone' as const),
  ),
  pick: fc.nat(1000),
})

const actionOf = ({ isHard }: Scale, node: fc.Arbitrary<TestNode>): fc.Arbitrary<Action> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant({ kind: 'next' as const }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('respond' as const),
        aim,
        impostor: seldom(fc.oneof({ weight: 4, arbitrary: node }, fc.constant('self' as const))),
        closer: fc.array(node, { maxLength: 8 }),
        token: fc.option(fc.nat(255), { nil: undefined, freq: 4 }),
      }),
    },
    { weight: isHard ? 4 : 2, arbitrary: fc.record({ kind: fc.constant('stall' as const), aim }) },
    { weight: isHard ? 4 : 2, arbitrary: fc.record({ kind: fc.constant('fail' as const), aim }) },
  )

const setupOf = (scale: Scale, node: fc.Arbitrary<TestNode>): fc.Arbitrary<Setup> =>
  fc
    .record({
      target: fc.nat(scale.ids - 1),
      self: fc.nat(scale.ids - 1),
      startingContacts: fc.array(
        node.filter(({ id }) => id.length === scale.width),
        { maxLength: 8 },
      ),
      more: seldom(
        fc.array(
          node.filter(({ id }) => id.length === scale.width),
          { maxLength: 12 },
        ),
      ),
      prompt: fc.option(
        fc.array(
          node.filter(({ id }) => id.length === scale.width),
          { maxLength: 6 },
        ),
        { nil: undefined },
      ),
      barred: seldom(fc.nat(4)),
      heedsAddresses: fc.boolean(),
      heedsEndpoints: scale.isHard ? fc.constant(true) : fc.boolean(),
      maxPerAddress: fc.integer({ min: 1, max: 3 }),
      contactsPerId: fc.integer({ min: scale.isHard ? 2 : 1, max: 4 }),
      region: fc.constantFrom(0, 0, 1 / 64, 1 / 8, 0.3, 1),
      k: fc.integer({ min: scale.isHard ? 3 : 1, max: 5 }),
      alpha: fc.integer({ min: 1, max: 4 }),
      extraAlpha: fc.nat(4),
      maxQueries: fc.integer({ min: scale.isHard ? 12 : 1, max: 24 }),
      extraSize: fc.nat(20),
      maxPerResponse: fc.integer({ min: 1, max: 8 }),
    })
    .map(({ target, self, extraAlpha, extraSize, ...rest }) => ({
      ...rest,
      width: scale.width,
      target: scale.idAt(target),
      self: scale.idAt(self),
      ownAddresses: OWN_ADDRESSES,
      finalRoundAlpha: rest.alpha + extraAlpha,
      shortlistSize: rest.k + extraSize,
    }))

export function scriptOf(scale: Scale): fc.Arbitrary<Script> {
  const node = nodeOf(scale)
  const action = actionOf(scale, node)
  return fc
    .record({
      setup: setupOf(scale, node),
      world: fc.array(node, { minLength: 1, maxLength: 12 }),
      actions: fc.array(action, { minLength: 8, maxLength: 60, size: 'max' }),
      abortAt: seldom(fc.nat(60)),
    })
    .map(({ abortAt, actions, ...rest }) => ({
      ...rest,
      actions:
        abortAt === undefined ? actions : actions.toSpliced(abortAt, 0, { kind: 'abort' as const }),
    }))
}

export const script: fc.Arbitrary<Script> = fc.oneof(
  { weight: 2, arbitrary: scriptOf(SMALL) },
  scriptOf(DENSE),
)

export function newLookup(setup: Setup): Lookup<TestNode> {
  return new Lookup<TestNode>(initOf(setup), optionsOf(setup))
}

export function initOf(setup: Setup): LookupInit<TestNode> {
  const { width, target, self, startingContacts, more, prompt, barred, region } = setup
  return {
    target: testNode(target, width).id,
    self: testNode(self, width).id,
    startingContacts,
    ...(more && { ownContacts: (_near: Id, count: number) => more.slice(0, count) }),
    ...(prompt && { promptContacts: (_near: Id, count: number) => prompt.slice(0, count) }),
    ...(barred !== undefined && {
      mayQuery: ({ value }: TestNode) => value % 5n !== BigInt(barred),
    }),
    selfAddresses: setup.ownAddresses,
    region,
  }
}

export function optionsOf(setup: Setup): LookupOptions<TestNode> {
  const { k, alpha, finalRoundAlpha, maxQueries, shortlistSize, maxPerResponse } = setup
  const { maxPerAddress, contactsPerId } = setup
  return {
    ...{ k, alpha, finalRoundAlpha, maxQueries, shortlistSize, maxPerResponse },
    ...{ maxPerAddress, contactsPerId },
    ...(setup.heedsAddresses && { addressOf: ({ address }) => address }),
    ...(setup.heedsEndpoints && {
      endpointOf: ({ address, port = 0 }) => `${address}:${port}`,
    }),
  }
}

/** @param region - see `Setup` */
export function look(lookup: Lookup<TestNode>, region: number): View {
  const { phase, candidates, tally } = lookup.snapshot()
  return {
    phase,
    candidates: candidates.map(({ contact, token, ...rest }) => ({
      ...rest,
      node: contact,
      token: token?.[0],
    })),
    waitsForStalledOnly: lookup.waitsForStalledOnly,
    pending: lookup.pending,
    closest: lookup.closest(),
    responders: lookup.responders(),
    countWithin: lookup.countWithin(region),
    unsettledWithin: lookup.unsettledWithin(region),
    writeTargets: lookup.writeTargets().map(({ contact, token }) => ({
      node: contact,
      token: token[0]!,
    })),
    tally,
  }
}

/** Runs a script. Each step has the state of the lookup before and after. */
export function play({ setup, world, actions }: Script): readonly Turn[] {
  const lookup = newLookup(setup)
  const turns: Turn[] = []
  const asked: TestNode[] = []
  let before = look(lookup, setup.region)
  for (const action of actions) {
    const event = resolve(action, before, { setup, world, asked })
    const done = act(lookup, event)
    if (typeof done.step === 'object') asked.push(done.step)
    const after = look(lookup, setup.region)
    turns.push({ ...done, before, after })
    before = after
  }
  return turns
}

function resolve(
  action: Action,
  view: View,
  { setup, world, asked: former }: Pick<Script, 'setup' | 'world'> & { asked: TestNode[] },
): HistoryEvent | { kind: 'next' } {
  if (action.kind === 'next') return { kind: 'next' }
  if (action.kind === 'abort') return { kind: 'abort' }
  const { at, pick } = action.aim
  const open = view.candidates
    .filter(({ state }) => state === 'queried' || state === 'stalled')
    .map(({ node }) => node)
  const anyone = [...view.candidates.map(({ node }) => node), ...world]
  const wanted = { pending: open, asked: former, anyone }[at]
  const pool = wanted.length > 0 ? wanted : anyone
  const asked = pool[pick % pool.length]!
  if (action.kind !== 'respond') return { kind: action.kind, asked }
  const { closer, token } = action
  const impostor = action.impostor === 'self' ? testNode(setup.self, setup.width) : action.impostor
  return { kind: 'respond', asked, responder: impostor ?? asked, closer, token }
}

export function act(
  lookup: Lookup<TestNode>,
  event: HistoryEvent | { kind: 'next' },
): Pick<Turn, 'event' | 'step' | 'verdict'> {
  switch (event.kind) {
    case 'next': {
      const step = lookup.next()
      if (step.kind !== 'query') return { event: undefined, step: step.kind, verdict: undefined }
      const { contact } = step
      return { event: { kind: 'query', asked: contact }, step: contact, verdict: undefined }
    }
    case 'respond': {
      const { asked, responder, closer, token } = event
      const verdict = lookup.responded(asked, {
        responder,
        closer,
        ...(token === undefined ? {} : { token: Uint8Array.of(token) }),
      })
      return { event, step: undefined, verdict: verdict.kind }
    }
    case 'stall':
      lookup.stalled(event.asked)
      return { event, step: undefined, verdict: undefined }
    case 'fail':
      lookup.failed(event.asked)
      return { event, step: undefined, verdict: undefined }
    case 'abort':
      lookup.abort()
      return { event, step: undefined, verdict: undefined }
    case 'query':
      throw new Error('only the machine asks')
  }
}
