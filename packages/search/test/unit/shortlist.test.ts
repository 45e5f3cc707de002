import { describe, expect, it } from 'vitest'
import { Shortlist } from '../../src/shortlist.ts'
import { type TestNode, testNode } from '../support/network.ts'

const node = (value: number): TestNode => testNode(BigInt(value), 1)

function shortlist(capacity: number): Shortlist<TestNode> {
  return new Shortlist<TestNode>({
    target: node(0).id,
    self: node(255).id,
    selfAddresses: [],
    capacity,
    addressOf: undefined,
    maxPerAddress: 1,
    endpointOf: undefined,
    contactsPerId: 3,
  })
}

const order = (list: Shortlist<TestNode>): number[] =>
  list.notFailed.map(({ contact }) => Number(contact.value))

describe('shortlist', () => {
  it('is sorted nearest first, with each id once and without our own', () => {
    const list = shortlist(8)
    for (const value of [5, 1, 9, 5, 255, 3]) list.add(node(value), { hop: 1 })
    expect(order(list)).toEqual([1, 3, 5, 9])
  })

  it('skips ids of another width', () => {
    const list = shortlist(8)
    const wide = testNode(1n, 2)
    list.add(wide, { hop: 1 })
    list.add(node(1), { hop: 1 })
    list.add(wide, { hop: 1 })
    expect([list.addResponder(wide, 1), list.get(wide.id)]).toEqual([undefined, undefined])
    expect(order(list)).toEqual([1])
  })

  it('at its capacity it drops the farthest unqueried candidate', () => {
    const list = shortlist(2)
    for (const value of [9, 5]) list.add(node(value), { hop: 1 })
    list.move(list.get(node(9).id)!, 'query')
    list.add(node(7), { hop: 1 })
    expect(order(list)).toEqual([5, 7, 9])
    list.add(node(8), { hop: 1 })
    expect(order(list)).toEqual([5, 7, 9])
    list.add(node(6), { hop: 1 })
    expect(order(list)).toEqual([5, 6, 9])
  })

  it('remembers failed candidates, so they are not added again, and forgets dropped ones', () => {
    const list = shortlist(4)
    for (const value of [1, 2]) list.add(node(value), { hop: 1 })
    const first = list.get(node(1).id)!
    expect([list.move(first, 'query'), list.move(first, 'fail')]).toEqual([true, true])
    list.add(node(1), { hop: 1 })
    expect(order(list)).toEqual([2])
    list.dropFresh()
    expect(order(list)).toEqual([])
    list.add(node(2), { hop: 1 })
    expect(order(list)).toEqual([2])
    expect(list.all.map(({ state }) => state)).toEqual(['failed', 'fresh'])
  })

  it('refuses a transition that does not exist', () => {
    const list = shortlist(4)
    list.add(node(1), { hop: 1 })
    expect(list.move(list.get(node(1).id)!, 'respond')).toBe(false)
    expect(list.get(node(1).id)!.state).toBe('fresh')
  })
})
