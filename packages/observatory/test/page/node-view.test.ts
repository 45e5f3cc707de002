import { describe, expect, it } from 'vitest'
import { MOST_EVENTS, NodeView } from '../../page/model/node-view.ts'
import { MAX_LOOKUP_STEPS, MAX_LOOKUPS, type Message } from '../../src/protocol.ts'
import { member, snapshot, status } from './support/messages.ts'

const OWN = '5a5a'

function started(): NodeView {
  const view = new NodeView()
  view.apply(snapshot(OWN))
  return view
}

function step(lookupId: number, at: number, kind: 'stalled' | 'ended' = 'stalled'): Message {
  const lookup = { id: lookupId, target: '0000', family: 4, purpose: 'user' } as const
  const contact = { id: '1111', endpoint: '192.0.2.1:1' }
  return kind === 'ended'
    ? { kind: 'lookup', at, lookup, step: { kind, at, closest: [], incompleteReasons: [] } }
    : { kind: 'lookup', at, lookup, step: { kind, at, contact, phase: 'approach' } }
}

describe('the view of a node', () => {
  it('begins anew with a snapshot', () => {
    const view = started()
    view.apply(step(1, 5))
    view.apply({ kind: 'members', at: 5, family: 4, set: [member('1111')], removed: [] })
    view.apply({ kind: 'end', at: 6 })
    expect([view.lookups.size, view.tables[0]?.size, view.hasEnded]).toEqual([1, 1, true])
    view.apply(snapshot(OWN, 3, 10))
    expect([view.lookups.size, view.tables[0]?.size, view.hasEnded]).toEqual([0, 0, false])
    expect(view.at).toBe(10)
  })

  it('knows the time of day of a live node', () => {
    const view = new NodeView()
    const capabilities = { lookupsPerMinute: 10, write: false, items: true, relay: false }
    view.apply({ kind: 'welcome', version: 1, capabilities, wallTime: 5000 })
    view.apply(snapshot(OWN, 3, 1000))
    expect(view.wallOffset).toBe(4000)
    expect(view.capabilities).toEqual(capabilities)
  })

  it('ignores changes of a family that it does not have', () => {
    const view = started()
    view.apply({ kind: 'members', at: 1, family: 6, set: [member('1111')], removed: [] })
    view.apply({ kind: 'buckets', at: 1, family: 6, id: OWN, buckets: [] })
    expect(view.tables.map(({ size }) => size)).toEqual([0])
  })

  it('PAGE-6: is bounded, whatever it is told', () => {
    const view = started()
    const event = { kind: 'joined', family: 4, contacts: 1 } as const
    for (let at = 0; at < 3000; at++) {
      view.apply({ kind: 'event', at, event })
      view.apply(step(at, at))
      view.apply({ kind: 'status', at: at * 1000, status: status(at) })
      const rest = { endpoints: [], closest: [], complete: true, incompleteReasons: [] }
      view.apply({ kind: 'lookup-result', at, request: at, target: '00', durationMs: 1, ...rest })
    }
    for (let at = 0; at < MAX_LOOKUP_STEPS + 100; at++) view.apply(step(2999, at))
    for (let at = 0; at < 5; at++) view.apply(step(2999, at, 'ended'))
    expect(view.events).toHaveLength(MOST_EVENTS)
    expect(view.events.at(-1)?.serial).toBe(2999)
    expect(view.lookups.size).toBe(MAX_LOOKUPS)
    expect(view.results.size).toBeLessThanOrEqual(50)
    expect(view.samples.length).toBeLessThanOrEqual(121)
    const last = view.lookups.get(2999)
    expect(last?.steps).toHaveLength(MAX_LOOKUP_STEPS + 1)
    expect(last?.steps.at(-1)?.kind).toBe('ended')
    expect(last?.isCut).toBe(true)
  })
})
