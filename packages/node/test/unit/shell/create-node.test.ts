import { getEventListeners } from 'node:events'
import { idFromHex, idToHex } from '@dht/id'
import { type Contact, contact, dht256, endpoint, formatEndpoint, mainline } from '@dht/krpc'
import { describe, expect, it, vi } from 'vitest'
import type { Warning } from '../../../src/shell/plain.ts'
import { readState, writeState } from '../../../src/state/state-file.ts'
import { codeOf, MemoryWorld, warningsOf } from '../../support/memory-node.ts'
import { MemoryStorage } from '../../support/memory-storage.ts'
import { ScriptedNames } from '../../support/scripted-names.ts'

const HEX = 'ab'.repeat(32)
const ID = idFromHex(HEX)
const MINUTE = 60_000

/** A damaged state of ours. */
function damagedState(): Uint8Array {
  return writeState({ ids: { 4: ID, 6: ID }, contacts: [], announcements: [] }, dht256).fill(
    0,
    50,
    51,
  )
}

describe('a start', () => {
  it('NET-1, NET-2, STATE-1: opens each transport, returns its address and joins', async () => {
    const world = new MemoryWorld()
    await world.node(1)
    const transports = ['192.0.2.2', '2001:db8::2'].map((at) => world.network.transport(at, 7))
    const node = await world.node(2, { transports })
    expect(node.endpoints.map(formatEndpoint)).toEqual(['192.0.2.2:7', '[2001:db8::2]:7'])
    await world.pass(MINUTE)
    expect(node.info().overlays.map(({ joined }) => joined)).toEqual([true, false])
    await world.close()
  })

  it('that fails leaves no socket open, and its id saved', async () => {
    const world = new MemoryWorld()
    await world.node(1)
    const state = new MemoryStorage()
    const alarms = world.clock.alarms
    const transports = [
      world.network.transport('2001:db8::2', 1),
      world.network.transport('192.0.2.1', 1),
    ]
    await expect(world.node(2, { transports, state })).rejects.toThrow('192.0.2.1:1 is in use')
    // Closing the one that could not be opened must not close the other one.
    expect(readState(state.value!, dht256)).toMatchObject({
      state: { contacts: [], announcements: [] },
    })
    expect(world.clock.alarms).toBe(alarms)
    await world.close()
    expect(world.network.open).toBe(0)
  })

  it('API-1: with options that cannot be used changes nothing', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage(Uint8Array.of(1, 2, 3))
    expect(await codeOf(() => world.node(1, { state, k: -1 }))).toBe('ERR_DHT_NODE_ARGUMENT')
    expect([state.value, state.aside]).toEqual([Uint8Array.of(1, 2, 3), []])
    expect(world.network.open).toBe(0)
  })
})

describe('a start with a signal', () => {
  const reason = new Error('enough')

  it('that is already aborted changes nothing', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage(Uint8Array.of(1))
    const start = world.node(1, { state, signal: AbortSignal.abort(reason) })
    await expect(start).rejects.toBe(reason)
    expect([world.network.open, world.clock.alarms, state.aside]).toEqual([0, 0, []])
  })

  it('that is aborted while the state is read or a socket opens leaves nothing open', async () => {
    const world = new MemoryWorld()
    const never = (): Promise<never> => new Promise(() => {})
    const slow = { ...world.network.transport('2001:db8::1', 1), start: never }
    const transports = [world.network.transport('192.0.2.1', 1), slow]
    const state = Object.assign(new MemoryStorage(), { load: never })
    for (const options of [{ state }, { transports }]) {
      const abort = new AbortController()
      const start = world.node(1, { ...options, signal: abort.signal })
      await world.settle()
      abort.abort(reason)
      await expect(start).rejects.toBe(reason)
      expect([world.network.open, world.clock.alarms]).toEqual([0, 0])
      expect(getEventListeners(abort.signal, 'abort')).toEqual([])
    }
  })

  it('that is aborted afterwards goes on', async () => {
    const world = new MemoryWorld()
    const abort = new AbortController()
    const node = await world.node(1, { signal: abort.signal })
    abort.abort(reason)
    await world.settle()
    expect(await node.joined()).toMatchObject({ contacts: 0 })
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
    await world.close()
  })

  it('that is not an AbortSignal is refused', async () => {
    const start = (): unknown => new MemoryWorld().node(1, { signal: {} as AbortSignal })
    expect(await codeOf(start)).toBe('ERR_DHT_NODE_ARGUMENT')
  })
})

describe('a warning', () => {
  const damaged = () => ({ bootstrap: [], state: new MemoryStorage(damagedState()) })

  it('reaches onWarning once and the events, also for a late reader', async () => {
    const world = new MemoryWorld()
    const told: Warning[] = []
    const node = await world.node(1, { ...damaged(), onWarning: (warning) => told.push(warning) })
    expect(told).toMatchObject([{ kind: 'warning', code: 'DHT_STATE_SET_ASIDE' }])
    expect(structuredClone(told)).toStrictEqual(told)
    expect(await warningsOf(node)).toEqual(told)
  })

  it('an error thrown by onWarning is an uncaught exception, and the node starts', async () => {
    const world = new MemoryWorld()
    const fault = new Error('of the user')
    const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
    const onWarning = (): never => {
      throw fault
    }
    await world.node(1, { ...damaged(), onWarning })
    const [[thrown]] = later.mock.calls as [[() => void]]
    later.mockRestore()
    expect(thrown).toThrow(fault)
    await world.close()
  })

  it('goes to the process unless an option says otherwise', async () => {
    const world = new MemoryWorld()
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await world.node(1, damaged())
    await world.node(2, { ...damaged(), onWarning: false })
    const calls = emit.mock.calls
    emit.mockRestore()
    expect(calls).toMatchObject([[expect.any(String), { code: 'DHT_STATE_SET_ASIDE' }]])
    await world.close()
  })
})

describe('state', () => {
  it('PERSIST-6: after a restart a node has its id, needs no list, and publishes', async () => {
    const world = new MemoryWorld()
    const others = await world.nodes(4)
    const state = new MemoryStorage()
    const before = await world.node(5, { state })
    await before.joined()
    await before.enter(ID, 8080)
    await before.close()
    const after = await world.node(5, { state, bootstrap: [] })
    expect(after.id).toEqual(before.id)
    await world.pass(MINUTE)
    expect(after.info().overlays[0]?.contacts.good).toBe(4)
    expect(after.info().announcements).toMatchObject([
      { id: HEX, port: 8080, last: { complete: true } },
    ])
    const { endpoints } = await others[1]!.lookup(ID)
    expect(endpoints.map(formatEndpoint)).toEqual(['192.0.2.5:8080'])
    await world.close()
  })

  it('PERSIST-7: a restarted node names none of eight contacts that have died', async () => {
    const world = new MemoryWorld()
    const others = await world.nodes(8)
    const state = new MemoryStorage()
    const before = await world.node(9, { state })
    await before.joined()
    expect(before.info().overlays[0]?.contacts.good).toBe(8)
    await before.close()
    for (const other of others) await other.close()
    const after = await world.node(9, { state, bootstrap: [], onWarning: false })
    const asker = await world.node(10, { bootstrap: [], readOnly: true, onWarning: false })
    for (let minute = 0; minute < 10; minute++) {
      const { contacts } = await asker.findNode('192.0.2.9:1', HEX)
      expect(contacts).toEqual([])
      await world.pass(MINUTE)
    }
    // They are kept, since no better contacts are known.
    await after.close()
    const saved = readState(state.value!, dht256)
    expect(saved.kind === 'state' && saved.state.contacts.length).toBe(8)
    await world.close()
  })

  it('PERSIST-5: an announcement is saved although there are no contacts yet', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage()
    for (let start = 0; start < 3; start++) {
      const node = await world.node(1, { state, bootstrap: ['192.0.2.77:1'] })
      if (start === 0) node.enter(ID, 8080)
      await node.close()
    }
    const node = await world.node(1, { state, bootstrap: ['192.0.2.77:1'] })
    expect(node.info().announcements).toMatchObject([{ id: HEX, port: 8080 }])
    await world.close()
  })

  it('PERSIST-5: an announcement is not lost while names are resolved', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage()
    const before = await world.node(1, { state })
    before.enter(ID, 80)
    await before.close()
    const names = new ScriptedNames()
    const slow = { bootstrap: ['slow:1'], resolver: names.resolver, onWarning: false } as const
    const node = await world.node(1, { state, saveEveryMs: 1_000, ...slow })
    expect(node.info().announcements).toMatchObject([{ port: 80 }])
    await world.pass(4_000)
    expect(readState(state.value!, dht256)).toMatchObject({
      state: { announcements: [{ id: ID }] },
    })
    await world.close()
  })

  it('PERSIST-5: is saved from time to time and at the end', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage()
    const node = await world.node(1, { state, saveEveryMs: MINUTE })
    await world.pass(3 * MINUTE)
    // At the start, soon after it, and a minute and two after that.
    expect(state.saves).toHaveLength(4)
    await node.close()
    await world.pass(3 * MINUTE)
    expect(state.saves).toHaveLength(5)
    await world.close()
  })

  it('a given id is used instead of the saved one', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage(
      writeState({ ids: { 4: ID, 6: ID }, contacts: [], announcements: [] }, dht256),
    )
    const node = await world.node(1, { state, id: 'cd'.repeat(32) })
    expect(node.id).toBe('cd'.repeat(32))
    await world.close()
  })

  it('PERSIST-2: a damaged one is set aside, and the node starts without it', async () => {
    const world = new MemoryWorld()
    const damage = damagedState()
    const state = new MemoryStorage(damage)
    const node = await world.node(1, { state, onWarning: false })
    expect(state.aside).toEqual([damage])
    expect(await warningsOf(node)).toMatchObject([
      {
        message:
          'the saved state is damaged and was set aside as another place: ' +
          'its checksum does not match',
      },
    ])
    expect(state.saves).toHaveLength(2)
    await world.close()
  })

  it.each([
    ['something else', new TextEncoder().encode('my notes'), 'ERR_DHT_NODE_ARGUMENT'],
    ['a later version', new TextEncoder().encode('dht-state 3\n'), 'ERR_DHT_NODE_ARGUMENT'],
    ['what can not be read', undefined, 'ERR_DHT_NODE_STATE'],
  ])('PERSIST-2: %s is refused before a socket opens', async (_what, value, code) => {
    const world = new MemoryWorld()
    const state = new MemoryStorage(value)
    if (value === undefined) state.broken.add('load')
    expect(await codeOf(() => world.node(1, { state }))).toBe(code)
    expect([state.value, state.aside, state.saves]).toEqual([value, [], []])
    expect([world.network.open, world.clock.alarms]).toEqual([0, 0])
  })

  it('PERSIST-5: that cannot be written is refused before a socket opens', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage()
    state.broken.add('save')
    await expect(world.node(1, { state })).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_STATE',
      cause: { message: 'save is broken' },
    })
    expect([world.network.open, world.clock.alarms]).toEqual([0, 0])
  })

  it('PERSIST-5: is saved before the node can be used, so that its id is not lost', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage()
    const node = await world.node(1, { state })
    expect(readState(state.value!, dht256)).toMatchObject({
      state: { ids: { 4: idFromHex(node.id), 6: idFromHex(node.id) } },
    })
    await world.close()
  })

  it('PERSIST-10: a storage that hangs does not delay closing', async () => {
    const world = new MemoryWorld()
    const state = new MemoryStorage()
    const node = await world.node(1, { state, onWarning: false })
    state.hanging = []
    const closing = node.close()
    await world.pass(5_000)
    await closing
    expect(await warningsOf(node)).toMatchObject([
      { message: 'the storage took more than 5000 ms to save the last state' },
    ])
    expect([world.network.open, world.clock.alarms]).toEqual([0, 0])
  })

  it('of another network is refused before a socket opens', async () => {
    const world = new MemoryWorld()
    const foreign = writeState({ ids: { 4: ID, 6: ID }, contacts: [], announcements: [] }, dht256)
    const state = new MemoryStorage(foreign)
    const start = (): unknown => world.node(1, { state, network: mainline })
    expect(await codeOf(start)).toBe('ERR_DHT_NODE_ARGUMENT')
    expect([state.value, state.saves, world.network.open]).toEqual([foreign, [], 0])
  })

  it('PERSIST-3: invalid contacts are dropped', async () => {
    const world = new MemoryWorld()
    const far = (n: number): string =>
      `${(n >> 8).toString(16).padStart(2, '0')}${(n & 255).toString(16).padStart(2, '0')}`
    const crowd = Array.from({ length: 2_000 }, (_, n) =>
      contact(idFromHex(`00${far(n)}`.padEnd(64, '0')), endpoint('198.51.100.1', 1 + n)),
    )
    const [first] = crowd
    const twice = [first!, first!, contact(first!.id, endpoint('198.51.100.2', 2))]
    const ourselves = contact(ID, endpoint('198.51.100.3', 3))
    const sameAddress = contact(idFromHex('77'.repeat(32)), first!.endpoint)
    const contacts = [ourselves, ...twice, sameAddress, ...crowd]
    const ids = { 4: ID, 6: ID }
    const state = new MemoryStorage(writeState({ ids, contacts, announcements: [] }, dht256))
    const node = await world.node(1, { state, k: 8, bucketWidths: [32, 16] })
    const [overlay] = node.info().overlays
    expect(overlay?.contacts.good).toBe(0)
    expect(overlay?.buckets.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(33)
    const other = await world.node(2)
    // No contact is named to others before it has responded.
    expect((await other.findNode('192.0.2.1:1', crowd[0]!.id)).contacts).toEqual([])
    await world.close()
    const read = readState(state.value!, dht256)
    const kept = read.kind === 'state' ? read.state.contacts : []
    expect(kept.length).toBeGreaterThan(8)
    const keys = [(c: Contact) => idToHex(c.id), (c: Contact) => formatEndpoint(c.endpoint)]
    for (const key of keys) {
      expect(new Set(kept.map(key)).size).toBe(kept.length)
    }
  })
})
