// The choice of an id against its model, after every vote and every span of time.

import { type Id, idToHex, randomId, secureId } from '@dht/id'
import {
  addressBytes,
  type Contact,
  contact,
  dht256,
  type Endpoint,
  endpoint,
  mainline,
  type Network,
} from '@dht/krpc'
import { RoutingTable } from '@dht/routing-table'
import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { newContacts } from '../../src/core/contact-source.ts'
import { newCounters } from '../../src/core/counters.ts'
import { Operations } from '../../src/core/operations/operations.ts'
import { Outbox } from '../../src/core/outbox.ts'
import { AddressPolicy } from '../../src/core/overlay/address-policy.ts'
import { IdReview } from '../../src/core/overlay/id-review.ts'
import { OwnId } from '../../src/core/overlay/own-id.ts'
import { encodedTransmit } from '../../src/core/queries/transmit.ts'
import { fits, IdReviewModel } from './id-review.model.ts'

const MINUTE = 60_000
const ADDRESSES = ['198.51.100.1', '203.0.113.2', '192.168.1.3', '127.0.0.1']

interface Step {
  readonly subnet: number
  readonly host: number
  /** Index of the address that is named; beyond the list: none. */
  readonly named: number
  readonly waitMs: number
}

/** A time in which most votes name the same address. */
const anyPhase: fc.Arbitrary<Step[]> = fc.constantFrom(0, 0, 1, 1, 2).chain((usual) =>
  fc.array(
    fc.record({
      subnet: fc.nat({ max: 4 }),
      host: fc.integer({ min: 1, max: 2 }),
      named: fc.constantFrom(usual, usual, usual, usual, 0, 1, 2, 3, 4),
      waitMs: fc.constantFrom(0, 0, 0, 0, 0, 1, MINUTE, 10 * MINUTE - 1, 10 * MINUTE),
    }),
    { minLength: 5, maxLength: 20, size: 'max' },
  ),
)

const namedIn = ({ named }: Step): Endpoint | undefined => {
  const address = ADDRESSES[named]
  return address === undefined ? undefined : endpoint(address, 6881)
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
  }
  const ownId = new OwnId(id)
  const table = new RoutingTable<Contact>(id)
  const addresses = new AddressPolicy({ local: endpoint('0.0.0.0', 6881), ownId }, services)
  const review = new IdReview({ ownId, table, addresses }, services)
  return { ownId, table, addresses, review, outbox, counters }
}

/** A saved id: one that fits the first address, or any. */
function anyStart(network: Network): fc.Arbitrary<Id> {
  const random = seededRandom(7)
  const { idLength: length } = network
  return fc
    .boolean()
    .map((isFitting) =>
      isFitting
        ? secureId({ address: addressBytes(ADDRESSES[0]!)!, length, random })
        : randomId(length, random),
    )
}

const anyScript = fc.constantFrom(mainline, mainline, mainline, dht256).chain((network) =>
  fc.record({
    network: fc.constant(network),
    start: anyStart(network),
    steps: fc.array(anyPhase, { maxLength: 6, size: 'max' }).map((all) => all.flat()),
  }),
)

it('ID-20, ID-21, ID-22: the id follows the votes as its model does', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('id-review', {
    changed: 60,
    'changed again': 10,
    'waits for the span to pass': 10,
    'kept because it fits': 100,
    'kept in dht256': 50,
  })
  fc.assert(
    fc.property(anyScript, ({ network, start, steps }) => {
      const { ownId, table, addresses, review, outbox, counters } = identityOf(network, start)
      const model = new IdReviewModel(network.secureIds)
      let now = 0
      for (const step of steps) {
        now += step.waitMs
        const voter = endpoint(`20.0.${step.subnet}.${step.host}`, 4000)
        addresses.responseReceived(voter, namedIn(step), now)
        model.responseReceived(voter, namedIn(step), now)
        const before = ownId.id
        const wrong = model.wrongAt(before, now)
        const changes = model.changes(before, now)
        expect(review.review(now)).toBe(changes)
        const events = outbox.drain()
        if (changes) {
          model.changed(now)
          expect(fits(ownId.id, wrong!)).toBe(true)
          const { id } = ownId
          const event = { kind: 'id-changed', family: 4, id, former: before, address: wrong }
          expect(events).toEqual([{ kind: 'trace', event }])
          census.count(counters.idChanges > 1 ? 'changed again' : 'changed')
        } else {
          expect([ownId.id, events]).toEqual([before, []])
          if (wrong !== undefined) census.count('waits for the span to pass')
          else if (!network.secureIds) census.count('kept in dht256')
          else if (model.votes.confirmed(now) !== undefined) census.count('kept because it fits')
        }
        expect(idToHex(table.self)).toBe(idToHex(ownId.id))
        const isDue = !changes && wrong !== undefined
        expect(review.nextAt() !== undefined && review.nextAt()! > now).toBe(isDue)
        const address = model.votes.address(now)
        const isKnown = network.secureIds && address !== undefined
        expect(review.isSecure(now)).toBe(isKnown ? fits(ownId.id, address) : undefined)
        expect(addresses.votes(now)).toBe(model.votes.count(now))
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
        expect(ownId.id === start || fits(ownId.id, truth.address)).toBe(true)
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
