// The choice of an id against its model, after every vote and every span of time.

import { bep42Ids, hashedIds, type Id, idToHex, randomId } from '@dht/id'
import {
  addressBytes,
  type Contact,
  contact,
  dht256,
  type Endpoint,
  endpoint,
  isRoutable,
  mainline,
  type Network,
  type Response,
} from '@dht/krpc'
import { RoutingTable } from '@dht/routing-table'
import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addressServices } from '../../src/core/address-services.ts'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { newContacts } from '../../src/core/contact-source.ts'
import { newCounters } from '../../src/core/counters.ts'
import { Operations } from '../../src/core/operations/operations.ts'
import { Outbox } from '../../src/core/outbox.ts'
import { AddressPolicy } from '../../src/core/overlay/address-policy.ts'
import { POLLED, type PollQuery } from '../../src/core/overlay/address-poll.ts'
import { subnetKeyOf } from '../../src/core/overlay/host-key.ts'
import { IdReview } from '../../src/core/overlay/id-review.ts'
import { OwnId } from '../../src/core/overlay/own-id.ts'
import { encodedTransmit } from '../../src/core/queries/transmit.ts'
import { fits, IdReviewModel, type NextMove } from './id-review.model.ts'

const MINUTE = 60_000
const ADDRESSES = ['198.51.100.1', '203.0.113.2', '192.168.1.3', '127.0.0.1']

interface Step {
  readonly subnet: number
  readonly host: number
  /** Index of the address that is named; beyond the list: none. */
  readonly named: number
  /** The same of members that are polled, who name these in turn; -1: no response. */
  readonly polled: readonly number[]
  readonly waitMs: number
}

/** A time in which most votes name the same address. */
const anyPhase: fc.Arbitrary<Step[]> = fc.constantFrom(0, 0, 1, 1, 2).chain((usual) =>
  fc.array(
    fc.record({
      subnet: fc.nat({ max: 4 }),
      host: fc.integer({ min: 1, max: 2 }),
      named: fc.constantFrom(usual, usual, usual, usual, 0, 1, 2, 3, 4),
      polled: fc.array(fc.constantFrom(usual, usual, usual, 0, 1, 4, -1), {
        minLength: 1,
        maxLength: 5,
        size: 'max',
      }),
      waitMs: fc.constantFrom(0, 0, 0, 0, 0, 1, MINUTE, 10 * MINUTE - 1, 10 * MINUTE),
    }),
    { minLength: 5, maxLength: 20, size: 'max' },
  ),
)

const namedBy = (index: number): Endpoint | undefined => {
  const address = ADDRESSES[index]
  return address === undefined ? undefined : endpoint(address, 6881)
}

/** Members of a dozen subnets, two of each; the id of every other one fits its address. */
function membersOf({ idLength: length, secureIds: rule = bep42Ids }: Network): Contact[] {
  const random = seededRandom(5)
  return Array.from({ length: 24 }, (_, n) => {
    const where = endpoint(`30.0.${n >> 1}.${n}`, 4000)
    const fitting = () => rule.draw({ address: addressBytes(where.address)!, length, random })
    return contact(n % 4 < 2 ? fitting() : randomId(length, random), where)
  })
}

/** The parts of an overlay that its id depends on. */
function identityOf(network: Network, id: Id) {
  const config = resolveCoreOptions({ network })
  const counters = newCounters([])
  const outbox = new Outbox(counters)
  outbox.watched = true
  const services = {
    config,
    network,
    random: seededRandom(1),
    outbox,
    operations: new Operations(outbox, 1),
    counters,
    contacts: newContacts,
    transmit: encodedTransmit(network),
    ...addressServices(config),
  }
  const ownId = new OwnId(id)
  const table = new RoutingTable<Contact>(id)
  const addresses = new AddressPolicy({ local: endpoint('0.0.0.0', 6881), ownId }, services)
  const asked: PollQuery[] = []
  const ping = (query: PollQuery): boolean => asked.push(query) > 0
  const review = new IdReview({ ownId, table, addresses, ping }, services)
  return { ownId, table, addresses, review, asked, outbox, counters }
}

/** A network in which every id has to follow its address. */
const HASHED: Network = { ...dht256, secureIds: hashedIds }

/** A saved id: one that fits the first address, or any. */
function anyStart(network: Network): fc.Arbitrary<Id> {
  const random = seededRandom(7)
  const { idLength: length, secureIds: rule = bep42Ids } = network
  return fc
    .boolean()
    .map((isFitting) =>
      isFitting
        ? rule.draw({ address: addressBytes(ADDRESSES[0]!)!, length, random })
        : randomId(length, random),
    )
}

const anyScript = fc.constantFrom(mainline, mainline, HASHED, HASHED, dht256).chain((network) =>
  fc.record({
    network: fc.constant(network),
    start: anyStart(network),
    steps: fc.array(anyPhase, { maxLength: 6, size: 'max' }).map((all) => all.flat()),
  }),
)

/** Answers every query of a poll. @returns what the members named */
function answer(asked: PollQuery[], polled: readonly number[], now: number) {
  return asked.splice(0).map((query, at) => {
    const index = polled[at % polled.length]!
    const ip = namedBy(index)
    const head = { kind: 'response', transactionId: Uint8Array.of(1), id: query.asked.id } as const
    if (index < 0) query.onFailure('timeout', now)
    else query.onResponse({ ...head, ip } as Response, query.asked, now)
    const isAddress = ip !== undefined && isRoutable(ip)
    return isAddress ? ip.address : undefined
  })
}

it('ID-20, ID-21, ID-22, ID-26: the id follows votes and polls as its model does', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('id-review', {
    changed: 60,
    'changed by a poll': 10,
    'kept by a poll': 10,
    'waits for the span to pass': 10,
    'kept because it fits': 100,
    'kept in dht256': 50,
  })
  fc.assert(
    fc.property(anyScript, ({ network, start, steps }) => {
      const parts = identityOf(network, start)
      const { ownId, table, addresses, review, asked, outbox, counters } = parts
      const members = membersOf(network)
      const model = new IdReviewModel(network.secureIds)
      let now = 0
      const check = (before: Id, move: NextMove, changes: boolean): void => {
        expect(changes).toBe(move === 'change')
        const events = outbox.drain()
        const { address } = model
        if (move === 'change') {
          expect(fits(ownId.id, address!, network.secureIds)).toBe(true)
          const { id } = ownId
          const event = { kind: 'id-changed', family: 4, id, former: before, address }
          expect(events).toEqual([{ kind: 'trace', event }])
        } else expect([ownId.id, events]).toEqual([before, []])
        expect(idToHex(table.self)).toBe(idToHex(ownId.id))
      }
      for (const step of steps) {
        now += step.waitMs
        for (const member of members) table.responded(member, now)
        const voter = endpoint(`20.0.${step.subnet}.${step.host}`, 4000)
        addresses.responseReceived(voter, namedBy(step.named), now)
        model.responseReceived(voter, namedBy(step.named), now)
        const before = ownId.id
        const move = model.review(before, now)
        check(before, move, review.review(now))
        expect(asked.length > 0).toBe(move === 'poll')
        if (move === 'poll') {
          const subnets = asked.map(({ asked: { endpoint: at } }) => subnetKeyOf(at))
          expect(new Set(subnets).size).toBe(subnets.length)
          expect(subnets.length).toBeLessThanOrEqual(POLLED)
          // Until the poll is over nothing more is done.
          expect([review.review(now), review.nextAt()]).toEqual([false, undefined])
          const named = answer(asked, step.polled, now)
          expect(review.nextAt()).toBeLessThanOrEqual(now)
          const outcome = model.polled(named, before, now)
          check(before, outcome, review.review(now))
          census.count(outcome === 'change' ? 'changed by a poll' : 'kept by a poll')
        } else if (move === 'change') census.count('changed')
        else if (network.secureIds === undefined) census.count('kept in dht256')
        else if (model.isDoubted(now)) census.count('waits for the span to pass')
        else if (model.address !== undefined) census.count('kept because it fits')
        const nextAt = review.nextAt() ?? Number.POSITIVE_INFINITY
        expect(nextAt).toBeGreaterThan(now)
        if (network.secureIds !== undefined && model.isDoubted(now))
          expect(nextAt).toBe(model.nextPollAt)
        const address = model.address ?? model.votes.address(now)
        const isKnown = network.secureIds !== undefined && address !== undefined
        const isFitting = isKnown ? fits(ownId.id, address, network.secureIds) : undefined
        expect(review.isSecure(now)).toBe(isFitting)
        expect(addresses.votes(now)).toBe(model.votes.count(now))
        expect(counters.idChanges === 0).toBe(ownId.id === start)
      }
    }),
    modelRuns(2),
  )
  expect(census.close()).toEqual([])
})

it('ID-23: one liar changes no id, whenever and however often it votes', () => {
  const anyVote = fc.tuple(fc.nat({ max: 9 }), fc.boolean(), fc.constantFrom(0, MINUTE))
  const lie = endpoint(ADDRESSES[1]!, 6881)
  const truth = endpoint(ADDRESSES[0]!, 6881)
  fc.assert(
    fc.property(fc.array(anyVote, { maxLength: 60 }), (votes) => {
      const start = randomId(20, seededRandom(3))
      const { ownId, addresses, review } = identityOf(mainline, start)
      let now = 0
      for (const [subnet, isLiar, waitMs] of votes) {
        now += waitMs
        // The liar has all ports and all addresses of its subnet.
        const voter = endpoint(isLiar ? `30.0.0.${subnet + 1}` : `20.0.${subnet}.1`, 4000 + subnet)
        addresses.responseReceived(voter, isLiar ? lie : truth, now)
        review.review(now)
        expect(ownId.id === start || fits(ownId.id, truth.address, bep42Ids)).toBe(true)
      }
    }),
  )
})

it('a contact with the former id is still this node', () => {
  const start = randomId(20, seededRandom(3))
  const { ownId } = identityOf(mainline, start)
  const [first, second] = [randomId(20, seededRandom(4)), randomId(20, seededRandom(5))]
  const at = (id: Id): Contact => contact(id, endpoint('198.51.100.1', 6881))
  ownId.change(first)
  expect([start, first, second].map((id) => ownId.isOf(at(id)))).toEqual([true, true, false])
  expect([start, first].map((id) => ownId.is(id))).toEqual([false, true])
  ownId.change(second)
  expect([start, first, second].map((id) => ownId.isOf(at(id)))).toEqual([false, true, true])
})
