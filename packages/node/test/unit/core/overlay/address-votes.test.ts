import { type Endpoint, endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AddressVotes,
  MAX_VOTERS,
  MAX_VOTERS_PER_SUBNET,
  VOTE_LIFETIME_MS,
  VOTE_SPACING_MS,
} from '../../../../src/core/overlay/address-votes.ts'
import { VotesModel } from '../../../model/core-votes.model.ts'

const us = endpoint('198.51.100.9', 3739)
const lie = endpoint('203.0.113.66', 3739)
const voterOf = (subnet: number, host = 1): Endpoint => endpoint(`20.0.${subnet}.${host}`, 4000)

/** Votes of voters in different subnets, one after another. */
function after(...named: readonly (Endpoint | undefined)[]): AddressVotes {
  const votes = new AddressVotes()
  named.forEach((each, subnet) => {
    votes.responseReceived(voterOf(subnet), each, 0)
  })
  return votes
}

describe('SELF-1: an address is accepted', () => {
  it.each<[string, readonly (Endpoint | undefined)[], string | undefined]>([
    ['of nobody', [], undefined],
    ['of the only one known', [us], us.address],
    ['of two that agree', [us, us], us.address],
    ['not of two that disagree', [us, lie], undefined],
    ['not of one beside one that says nothing', [us, undefined], undefined],
    ['of three', [us, us, us], us.address],
    ['not of two among three', [us, us, lie], undefined],
    ['of three beside a liar', [us, lie, us, us], us.address],
    ['of three whoever else says nothing', [undefined, undefined, us, us, us], us.address],
    ['not without a majority', [us, us, us, lie, lie, lie], us.address],
    ['not of three when others came first', [lie, lie, lie, us, us, us, us], us.address],
  ])('%s', (_, named, expected) => {
    expect(after(...named).address(0)).toBe(expected)
  })

  it('not of one subnet with many hosts, when there are others', () => {
    const votes = new AddressVotes()
    for (let host = 1; host < 200; host++) votes.responseReceived(voterOf(7, host), lie, 0)
    for (const subnet of [1, 2]) votes.responseReceived(voterOf(subnet), us, 0)
    expect(votes.address(0)).toBeUndefined()
    votes.responseReceived(voterOf(3), us, 0)
    expect(votes.address(0)).toBe(us.address)
  })

  it('not when hosts of the only subnet disagree', () => {
    const votes = new AddressVotes()
    votes.responseReceived(voterOf(7, 1), us, 0)
    votes.responseReceived(voterOf(7, 2), lie, 0)
    expect(votes.address(0)).toBeUndefined()
    votes.responseReceived(voterOf(7, 2), us, 0)
    expect(votes.address(0)).toBe(us.address)
  })

  it('of IPv6 responders in distinct /64s', () => {
    const here = endpoint('2001:db8:1::1', 1)
    const votes = new AddressVotes()
    for (const net of ['a', 'a', 'b', 'c', 'd']) {
      votes.responseReceived(endpoint(`2001:db8:${net}::5`, 1), net === 'd' ? lie : here, 0)
    }
    expect(votes.address(0)).toBe(here.address)
  })

  it.each(['127.0.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255'])('never %s', (address) => {
    const named = { ...us, address }
    expect(after(named, named, named, named).address(0)).toBeUndefined()
  })

  it('not of nodes of this machine', () => {
    const votes = new AddressVotes()
    votes.responseReceived(endpoint('127.0.0.1', 4000), lie, 0)
    expect(votes.address(0)).toBeUndefined()
  })

  it('not of another family', () => {
    expect(after(endpoint('2001:db8::1', 1)).address(0)).toBeUndefined()
  })
})

it('SELF-1: half an hour after its vote a voter no longer counts', () => {
  const votes = after(us, us, us)
  expect(votes.address(VOTE_LIFETIME_MS)).toBe(us.address)
  expect(votes.address(VOTE_LIFETIME_MS + 1)).toBeUndefined()
})

it('SELF-1: a new address is accepted once most have seen it, and stays accepted', () => {
  const votes = after(us, us, us, us, us)
  const seen = Array.from({ length: 5 }, (_, subnet) => {
    votes.responseReceived(voterOf(subnet), lie, 1)
    return votes.address(1)
  })
  expect(seen).toEqual([us, us, lie, lie, lie].map(({ address }) => address))
})

it('SELF-2: remembers at most so many voters, and at most so many of one subnet', () => {
  const votes = new AddressVotes()
  for (let host = 1; host < 100; host++) votes.responseReceived(voterOf(7, host), us, 0)
  expect(votes.voters).toBe(MAX_VOTERS_PER_SUBNET)
  for (let subnet = 0; subnet < 200; subnet++) votes.responseReceived(voterOf(subnet), us, 0)
  expect(votes.voters).toBe(MAX_VOTERS)
})

it('SELF-2: a full list accepts a new voter once its oldest has been silent for long', () => {
  const votes = new AddressVotes()
  for (let subnet = 0; subnet < MAX_VOTERS; subnet++) votes.responseReceived(voterOf(subnet), us, 0)
  const liars = Array.from({ length: MAX_VOTERS }, (_, at) => voterOf(100 + at))
  for (const liar of liars) votes.responseReceived(liar, lie, VOTE_SPACING_MS - 1)
  expect(votes.address(VOTE_SPACING_MS - 1)).toBe(us.address)
  for (const liar of liars) votes.responseReceived(liar, lie, VOTE_SPACING_MS)
  expect(votes.address(VOTE_SPACING_MS)).toBe(lie.address)
})

describe('SELF-1, SELF-2: compared with the model', () => {
  const named = fc.constantFrom(us, us, us, lie, endpoint('192.0.2.1', 1), undefined, {
    ...us,
    address: '127.0.0.1',
  })
  const voter = fc
    .tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 4 }))
    .map(([subnet, host]) => (subnet === 40 ? endpoint('127.0.0.1', 1) : voterOf(subnet, host)))
  const fewVoters = fc
    .tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }))
    .map(([a, b]) => voterOf(a, b))
  const wait = fc.constantFrom(0, 0, 1, VOTE_SPACING_MS, VOTE_LIFETIME_MS / 2, VOTE_LIFETIME_MS)
  const script = fc.oneof(
    fc.array(fc.tuple(voter, named, wait), { maxLength: 120, size: 'max' }),
    fc.array(fc.tuple(fewVoters, named, wait), { maxLength: 40, size: 'max' }),
  )

  it('gives the same result after every vote', () => {
    fc.assert(
      fc.property(script, (heard) => {
        const votes = new AddressVotes()
        const model = new VotesModel()
        let now = 0
        for (const [from, what, ms] of heard) {
          now += ms
          votes.responseReceived(from, what, now)
          model.responseReceived(from, what, now)
          expect(votes.address(now)).toBe(model.address(now))
          expect(votes.confirmedAddress(now)).toBe(model.confirmed(now))
          expect(votes.count(now)).toBe(model.count(now))
          expect(votes.voters).toBe(model.voters)
        }
      }),
    )
  })

  it('one liar decides nothing, whenever and however often it votes', () => {
    const liarFirst = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.boolean()), { maxLength: 60 })
    fc.assert(
      fc.property(liarFirst, (order) => {
        const votes = new AddressVotes()
        const honest = new Set<number>()
        for (const [subnet, isLiar] of order) {
          votes.responseReceived(isLiar ? voterOf(77) : voterOf(subnet), isLiar ? lie : us, 0)
          if (!isLiar) honest.add(subnet)
          if (honest.size > 0) expect(votes.address(0)).not.toBe(lie.address)
          if (honest.size >= 3) expect(votes.address(0)).toBe(us.address)
        }
      }),
    )
  })
})
