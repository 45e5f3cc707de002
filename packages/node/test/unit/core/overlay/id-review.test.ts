// A change of the id in a whole core: what tells it, what follows from it, and what stays.

import { type Id, idFromBytes, idToHex, isSecureId, randomId } from '@dht/id'
import { addressBytes, type Contact, dht256, encodeMessage, endpoint, mainline } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { ID_CHANGE_SPACING_MS } from '../../../../src/core/overlay/id-review.ts'
import { Bench, home } from '../../../support/bench.ts'

const US = endpoint('198.51.100.9', 6881)
const MOVED = endpoint('203.0.113.4', 6881)
const target = idFromBytes(new Uint8Array(20).fill(0x55))
const START = randomId(20, seededRandom(9))

function newBench(id: Id = START): Bench {
  return new Bench({ core: { network: mainline }, id })
}

/** `who` responds to a ping and names us at `ip`. */
function vote(bench: Bench, who: Contact, ip = US): void {
  bench.request({ kind: 'ping', to: who.endpoint })
  bench.respond(bench.takeLast(who), who, { ip })
}

function votes(bench: Bench, ip = US, count = 3): Contact[] {
  const voters = bench.newContacts(count)
  for (const who of voters) vote(bench, who, ip)
  return voters
}

const fits = (id: Id, { address } = US): boolean => isSecureId(id, addressBytes(address)!)

const overlay = (bench: Bench) => bench.info.overlays[0]!

describe('ID-20: the third vote of distinct subnets changes the id', () => {
  it('which an event, a counter and the info tell', () => {
    const bench = newBench()
    votes(bench, US, 2)
    expect(overlay(bench)).toMatchObject({ id: START, isIdSecure: false, addressVotes: 2 })
    expect(overlay(bench).externalAddress).toBe(US.address)
    votes(bench, US, 1)
    const { id } = overlay(bench)
    expect([fits(START), fits(id)]).toEqual([false, true])
    expect(overlay(bench)).toMatchObject({ isIdSecure: true, addressVotes: 3 })
    const event = { kind: 'id-changed', family: 4, id, former: START, address: US.address }
    expect(bench.events.filter(({ kind }) => kind === 'id-changed')).toEqual([event])
    expect(bench.info.counters.idChanges).toBe(1)
    expect([bench.core.id, bench.core.state().ids[4]]).toEqual([id, id])
    expect(bench.core.state().ids[6]).toBe(START)
  })

  it('an error message that names us counts, and one that names nobody is no vote', () => {
    const bench = newBench()
    votes(bench, US, 2)
    const [silent, third] = bench.newContacts(2)
    for (const [who, ip] of [[silent!], [third!, US]] as const) {
      bench.request({ kind: 'ping', to: who.endpoint })
      const { transactionId } = bench.takeLast(who).message
      const error = { kind: 'error', transactionId, code: 201, text: 'no', ip } as const
      bench.receive(encodeMessage(error, mainline), who.endpoint)
      expect(bench.info.counters.idChanges).toBe(ip === undefined ? 0 : 1)
    }
  })

  it.each([
    ['a local address', mainline, endpoint('192.168.1.7', 6881)],
    ['a network of fixed ids', dht256, US],
  ])('not for %s', (_what, network, ip) => {
    const bench = new Bench({ core: { network } })
    const before = bench.core.id
    for (const who of bench.newContacts(8)) vote(bench, who, ip)
    expect(bench.core.id).toBe(before)
    expect(overlay(bench).isIdSecure).toBe(network === mainline ? true : undefined)
  })
})

describe('ID-22: after a change', () => {
  it('the members stay, and the new neighbourhood is looked up', () => {
    const bench = newBench()
    const voters = votes(bench)
    const { id } = overlay(bench)
    expect(
      bench.core
        .state()
        .contacts.map((each) => idToHex(each.id))
        .sort(),
    ).toEqual(voters.map((each) => idToHex(each.id)).sort())
    const asked = bench.take().map(({ message }) => message)
    expect(asked).toHaveLength(3)
    for (const message of asked)
      expect(message).toMatchObject({ method: 'find_node', id, target: id })
  })

  it('tokens are valid, and stored peers are there', () => {
    const bench = newBench()
    const peer = bench.newContact()
    bench.announceFrom(peer, target, 80)
    const reply = bench.queryFrom(peer, { method: 'get_peers', target, readOnly: true })
    const token = (reply?.kind === 'response' && reply.token?.slice()) as Uint8Array
    votes(bench)
    const put = { method: 'announce_peer', target, port: 81, impliedPort: false, token } as const
    const answer = bench.queryFrom(peer, { ...put, readOnly: true })
    expect(answer).toMatchObject({ kind: 'response', id: overlay(bench).id })
    expect(bench.info.store.keys).toBe(1)
  })

  it('a contact with the former id is not believed', () => {
    const bench = newBench()
    const [first] = votes(bench)
    const ourselves = bench.newContact({ id: START, endpoint: US })
    bench.respond(bench.takeLast(first!), first!, { nodes: [ourselves] })
    expect(bench.take().some(({ to }) => to.address === US.address)).toBe(false)
  })
})

it('ID-21: members are asked when ten minutes have passed, which is announced', () => {
  const bench = newBench()
  const voters = votes(bench)
  bench.pass(60_000, ...voters)
  const { id } = overlay(bench)
  bench.pass(0)
  for (const who of [...voters, ...bench.newContacts(2)]) vote(bench, who, MOVED)
  expect(overlay(bench)).toMatchObject({ id, isIdSecure: true, externalAddress: US.address })
  bench.passWith(ID_CHANGE_SPACING_MS - 60_001, () => bench.respondAll(voters, { ip: MOVED }))
  expect(overlay(bench).id).toBe(id)
  bench.passWith(1, () => bench.respondAll(voters, { ip: MOVED }))
  bench.respondAll(voters, { ip: MOVED })
  bench.passWith(10_000, () => bench.respondAll(voters, { ip: MOVED }))
  expect(fits(overlay(bench).id, MOVED)).toBe(true)
  expect(overlay(bench).externalAddress).toBe(MOVED.address)
  expect(bench.info.counters.idChanges).toBe(2)
})

it('ID-20: a join that learns the address goes on around the new id before it ends', () => {
  const bench = new Bench({ core: { network: mainline }, id: START, locals: [home] })
  const nodes = bench.newContacts(6)
  const endpoints = nodes.map((who) => who.endpoint)
  bench.start({ kind: 'bootstrap', endpoints, routers: [] })
  const joined = bench.request({ kind: 'join' })
  for (let round = 0; round < 40 && !bench.outcomes.has(joined); round++) {
    expect(bench.info.counters.idChanges === 1 || bench.core.id === START).toBe(true)
    bench.passWith(100, () => bench.respondAll(nodes, { ip: US }))
  }
  expect(bench.outcomes.get(joined)).toMatchObject({
    result: { contacts: 6, bootstrap: { queried: 6, responded: 6 } },
  })
  const kinds = bench.events.map(({ kind }) => kind)
  const steps = kinds.filter((kind) => ['joining', 'id-changed', 'joined'].includes(kind))
  expect(steps.slice(0, 4)).toEqual(['joining', 'id-changed', 'joining', 'joined'])
  expect(fits(bench.core.id)).toBe(true)
})

it('ID-21: a saved id that its address allows is kept', () => {
  const before = newBench()
  votes(before)
  const { id } = overlay(before)
  const after = newBench(id)
  votes(after, US, 8)
  expect([after.core.id, after.info.counters.idChanges]).toEqual([id, 0])
  expect(overlay(after).isIdSecure).toBe(true)
})
