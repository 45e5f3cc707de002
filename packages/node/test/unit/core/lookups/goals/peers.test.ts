import { idFromBytes } from '@dht/id'
import {
  type Contact,
  compactEndpoint,
  contact,
  type Endpoint,
  endpoint,
  type Response,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { PeersGoal } from '../../../../../src/core/lookups/goals/peers.ts'
import type { LookupMode } from '../../../../../src/core/operations/command.ts'

const target = idFromBytes(new Uint8Array(32).fill(1))
const [a, b] = [endpoint('192.0.3.1', 80), endpoint('2001:4860::1', 80)]

function node(byte: number): Contact {
  return contact(idFromBytes(new Uint8Array(32).fill(byte)), endpoint(`8.8.8.${byte}`, byte))
}

function responseOf(responder: Contact, ...endpoints: readonly Endpoint[]): Response {
  const values = endpoints.map(compactEndpoint)
  return {
    kind: 'response',
    transactionId: new Uint8Array(2),
    id: responder.id,
    values,
  } as Response
}

function goalOf(mode: LookupMode): { readonly goal: PeersGoal; readonly found: Endpoint[][] } {
  const found: Endpoint[][] = []
  const goal = new PeersGoal({ target, mode, onFound: (each) => found.push([...each]) })
  return { goal, found }
}

it('API-6: reports each distinct endpoint once, and names every node that returned one', () => {
  const { goal, found } = goalOf('all')
  const [x, y, z] = [node(1), node(2), node(3)]
  goal.add([a])
  goal.fold(responseOf(x, a), x)
  goal.fold(responseOf(y, b, a, b), y)
  goal.fold(responseOf(z), z)
  expect(found).toEqual([[a], [b]])
  expect([goal.endpoints, goal.holders]).toEqual([
    [a, b],
    [x, y],
  ])
})

describe.each([
  ['first', 'reached'],
  ['quick', 'enough'],
  ['all', 'open'],
] as const)('in the mode %s', (mode, progress) => {
  it(`is ${progress} with the first endpoint`, () => {
    const { goal } = goalOf(mode)
    const holder = node(1)
    goal.fold(responseOf(holder), holder)
    expect(goal.progress).toBe('open')
    goal.fold(responseOf(holder, a), holder)
    expect(goal.progress).toBe(progress)
  })
})
