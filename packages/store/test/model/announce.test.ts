// Tokens and store together, as a responder uses them: get_peers returns a token and the stored
// peers, announce_peer presents a token and stores the sender's own address with the given port.
// Compared with a list of all tokens ever issued and with the model of the store.

import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PeerStore, type PeerStoreConfig, WRITE_TOKEN_BYTES, WriteTokens } from '../../src/index.ts'
import { hexOf, NaiveStore, peerOf, targetOf } from '../support/world.ts'
import { FLOORS as STORE_FLOORS } from './peer-store.cases.ts'
import { LIFETIME_MS } from './peer-store.configs.ts'
import { type Both, compare, SMALL } from './peer-store.script.ts'

const ROTATE_MS = 40
const TARGETS = [0, 1].map(targetOf)
const CONFIG: PeerStoreConfig = {
  lifetimeMs: LIFETIME_MS,
  maxKeys: 2,
  maxPeersPerKey: 3,
  maxPeersPerSource: 2,
  maxPeersPerSourceAndKey: 2,
  maxPeers: 4,
  subnetShare: 1,
}

const FLOORS = {
  asked: 300,
  'stored with a token of this epoch': 50,
  'stored with one of the epoch before': 20,
  'valid, but no room': 5,
  'another address': 20,
  'another target': 10,
  'too old': 20,
  'made up': 20,
  'of another length': 10,
  'the same announce again': 20,
  'a rotation missed': 20,
} as const

interface Given {
  readonly token: Uint8Array
  readonly host: number
  readonly target: number
  readonly epoch: number
}

interface Model {
  readonly both: Both
  readonly given: Given[]
  readonly census: Census<keyof typeof FLOORS>
}

interface Responder {
  readonly tokens: WriteTokens
  readonly store: PeerStore
}

type Command = fc.Command<Model, Responder>

const epochAt = (now: number) => Math.floor(now / ROTATE_MS)
const textOf = (host: number) => `192.0.2.${host}`

function command(name: string, run: Command['run']): Command {
  return {
    check: () => true,
    run: (model, responder) => {
      run(model, responder)
      compare(model.both, responder.store)
    },
    toString: () => name,
  }
}

const anyHost = fc.nat({ max: 2 })
const anyTarget = fc.nat({ max: 1 })

const ask = fc.tuple(anyHost, anyTarget).map(([host, target]) =>
  command(`ask(${host}, ${target})`, ({ both, given, census }, { tokens, store }) => {
    const { now, naive } = both
    const token = tokens.issue(textOf(host), TARGETS[target]!, now)
    expect(token).toHaveLength(WRITE_TOKEN_BYTES)
    given.push({ token, host, target, epoch: epochAt(now) })
    const held = naive.live(now).filter((one) => one.target === TARGETS[target])
    const told = store.sample({ target: TARGETS[target]!, count: 99, size: 6 }, now)
    expect(told.map(hexOf).sort()).toEqual(held.map(({ peer }) => hexOf(peer)).sort())
    census.count('asked')
  }),
)

const GIVEN = ['as given', 'as given', 'as given'] as const
const FORMS = [...GIVEN, ...GIVEN, 'made up', 'cut', 'longer'] as const

function shape({ token }: Given, form: (typeof FORMS)[number]): Uint8Array {
  if (form === 'made up') return token.map((byte) => byte ^ 0x55)
  if (form === 'cut') return token.slice(1)
  return form === 'longer' ? Uint8Array.of(...token, 0) : token
}

/** The sender's own address and port count, whichever node asked for the token. */
const announce = fc
  .record({
    which: fc.nat({ max: 9 }),
    host: fc.option(anyHost, { nil: undefined, freq: 2 }),
    target: fc.option(anyTarget, { nil: undefined, freq: 2 }),
    port: fc.integer({ min: 1, max: 3 }),
    form: fc.constantFrom(...FORMS),
    isTwice: fc.boolean(),
  })
  .map(({ which, port, form, isTwice, ...other }) =>
    command(`announce(${JSON.stringify({ which, port, form, ...other })})`, (model, responder) => {
      const { both, given, census } = model
      const found = given.at(-1 - (which % Math.max(1, given.length)))
      if (found === undefined) return
      const { host = found.host, target = found.target } = other
      const token = shape(found, form)
      const age = epochAt(both.now) - found.epoch
      const isValid = given.some(
        (one) =>
          hexOf(one.token) === hexOf(token) &&
          one.host === host &&
          one.target === target &&
          epochAt(both.now) - one.epoch <= 1,
      )
      for (const _ of isTwice ? [1, 2] : [1]) {
        const taken = responder.tokens.check(token, textOf(host), TARGETS[target]!, both.now)
        expect(taken).toBe(isValid)
        if (isValid) enter({ host, target, port }, model, responder)
      }
      if (isTwice) census.count('the same announce again')
      if (isValid && age === 0) census.count('stored with a token of this epoch')
      if (isValid && age === 1) census.count('stored with one of the epoch before')
      if (isValid) return
      if (form === 'made up') census.count('made up')
      else if (form !== 'as given') census.count('of another length')
      else if (host !== found.host) census.count('another address')
      else if (target !== found.target) census.count('another target')
      else census.count('too old')
    }),
  )

interface Place {
  readonly host: number
  readonly target: number
  readonly port: number
}

function enter({ host, target, port }: Place, { both, census }: Model, { store }: Responder): void {
  const entry = { target: TARGETS[target]!, peer: peerOf(host, 6, port), sourcePort: port }
  const expected = both.naive.put(entry, both.now)
  expect(store.put(entry, both.now)).toEqual(expected)
  if (expected.kind === 'refused') census.count('valid, but no room')
}

const pass = fc
  .oneof({ weight: 4, arbitrary: fc.nat({ max: 30 }) }, fc.nat({ max: 2 * LIFETIME_MS }))
  .map((ms) =>
    command(`pass(${ms})`, ({ both, census }, { store }) => {
      if (epochAt(both.now + ms) - epochAt(both.now) > 1) census.count('a rotation missed')
      both.now += ms
      store.expire(both.now)
    }),
  )

const anyCommand = fc.oneof(
  { weight: 4, arbitrary: ask },
  { weight: 9, arbitrary: announce },
  { weight: 3, arbitrary: pass },
)

it('NET-14, NET-15, NET-16, TOKEN-7: a sender with a valid token is stored under its own address', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('announce', FLOORS)
  const unused = new Census('peer-store', STORE_FLOORS)
  fc.assert(
    fc.property(fc.commands([anyCommand], scripts(60)), (commands) => {
      const both: Both = {
        naive: new NaiveStore(CONFIG),
        census: unused,
        now: 0,
        latest: 0,
        scene: SMALL,
      }
      const model: Model = { both, given: [], census }
      const random = seededRandom(14)
      const tokens = new WriteTokens({ random, tag: 'toy', rotateMs: ROTATE_MS })
      const store = new PeerStore(random, CONFIG)
      compare(both, store)
      fc.modelRun(() => ({ model, real: { tokens, store } }), commands)
    }),
    modelRuns(1),
  )
  expect(census.close()).toEqual([])
})
