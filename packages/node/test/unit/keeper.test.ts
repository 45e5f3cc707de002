import { idFromHex } from '@dht/id'
import { contact, dht256, endpoint, mainline } from '@dht/krpc'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CoreState } from '../../src/core/node-core.ts'
import { Keeper } from '../../src/keeper.ts'
import { readState, writeState } from '../../src/state-file.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { MemoryStorage } from '../support/memory-storage.ts'

const ID = idFromHex('11'.repeat(32))
const V4 = contact(ID, endpoint('192.0.2.1', 1))
const V6 = contact(ID, endpoint('2001:db8::1', 1))

const withContacts = (...contacts: CoreState['contacts']): CoreState => ({
  id: ID,
  contacts,
  entries: [],
})

let storage: MemoryStorage
let warnings: string[]
let keeper: Keeper

function keep(value?: Uint8Array): void {
  storage = new MemoryStorage(value)
  warnings = []
  keeper = new Keeper(storage, dht256, (_code, message) => warnings.push(message))
}

function saved(): CoreState | undefined {
  const read = readState(storage.value ?? new Uint8Array(0), dht256)
  return read.kind === 'state' ? read.state : undefined
}

beforeEach(() => keep())

describe('loading', () => {
  it('gives the saved state', async () => {
    keep(writeState(withContacts(V4, V6), dht256))
    expect(await keeper.load()).toEqual(withContacts(V4, V6))
    expect(warnings).toEqual([])
  })

  it('of nothing is no trouble', async () => {
    expect(await keeper.load()).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('PERSIST-2: sets damage aside with a warning', async () => {
    const damaged = writeState(withContacts(V4), dht256).fill(0, 50, 51)
    keep(damaged)
    expect(await keeper.load()).toBeUndefined()
    expect(storage.aside).toEqual([damaged])
    expect(warnings).toEqual(['the saved state is set aside: its checksum does not match'])
  })

  it('PERSIST-2: sets aside what can not be read, so that it is not overwritten', async () => {
    const unreadable = writeState(withContacts(V4), dht256)
    keep(unreadable)
    storage.broken.add('load')
    expect(await keeper.load()).toBeUndefined()
    expect(storage.aside).toEqual([unreadable])
    expect(warnings).toEqual(['the saved state is set aside: it could not be read'])
  })

  it('PERSIST-2: goes on when even that fails', async () => {
    keep(Uint8Array.of(1))
    storage.broken.add('setAside')
    expect(await keeper.load()).toBeUndefined()
    expect(warnings).toHaveLength(2)
  })

  it('PERSIST-2: never saves over what could not be set aside', async () => {
    const damaged = Uint8Array.of(1)
    keep(damaged)
    storage.broken.add('setAside')
    await keeper.load()
    await keeper.save(withContacts(V4))
    expect(storage.value).toBe(damaged)
    expect(warnings.slice(2)).toEqual(['the state could not be saved'])
    storage.broken.clear()
    await keeper.save(withContacts(V4))
    expect(storage.aside).toEqual([damaged])
    expect(saved()?.contacts).toEqual([V4])
  })

  it('refuses the state of another network and leaves it alone', async () => {
    const foreign = writeState(
      { id: idFromHex('22'.repeat(20)), contacts: [], entries: [] },
      mainline,
    )
    keep(foreign)
    await expect(keeper.load()).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_ARGUMENT',
      message: 'state: expected one of the network dht256, got mainline',
    })
    expect(storage.value).toBe(foreign)
    expect(storage.aside).toEqual([])
  })
})

describe('saving', () => {
  it('PERSIST-5: happens from time to time, until stopped', async () => {
    const clock = new ManualClock()
    let port = 0
    const state = (): CoreState => ({ ...withContacts(V4), entries: [{ id: ID, port: ++port }] })
    keeper.keep(state, { clock, everyMs: 1_000 })
    clock.advance(999)
    expect(port).toBe(0)
    clock.advance(2_001)
    expect(port).toBe(3)
    keeper.stop()
    keeper.stop()
    clock.advance(60_000)
    await keeper.save(state())
    expect(storage.saves).toHaveLength(4)
    expect(clock.alarms).toBe(0)
    expect(saved()?.entries).toEqual([{ id: ID, port: 4 }])
  })

  it('PERSIST-5: an empty table never takes the place of known contacts', async () => {
    keep(writeState(withContacts(V4, V6), dht256))
    await keeper.load()
    await keeper.save(withContacts())
    expect(saved()?.contacts).toEqual([V4, V6])
    const newer = contact(ID, endpoint('192.0.2.9', 9))
    await keeper.save(withContacts(newer))
    expect(saved()?.contacts).toEqual([newer, V6])
    await keeper.save(withContacts())
    expect(saved()?.contacts).toEqual([newer, V6])
  })

  it('is done one after the other; the last one asked for stands', async () => {
    const ports = [1, 2, 3]
    await Promise.all(
      ports.map((port) => keeper.save({ ...withContacts(V4), entries: [{ id: ID, port }] })),
    )
    expect(storage.saves).toHaveLength(3)
    expect(saved()?.entries).toEqual([{ id: ID, port: 3 }])
  })

  it('that fails is a warning, and the next one is tried again', async () => {
    storage.broken.add('save')
    await keeper.save(withContacts(V4))
    expect(warnings).toEqual(['the state could not be saved'])
    storage.broken.clear()
    await keeper.save(withContacts(V4))
    expect(saved()?.contacts).toEqual([V4])
  })
})
