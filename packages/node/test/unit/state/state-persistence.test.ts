import { idFromHex } from '@dht/id'
import { contact, dht256, endpoint, mainline } from '@dht/krpc'
import { sha256 } from '@noble/hashes/sha2.js'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CoreState } from '../../../src/core/core-state.ts'
import type { StateStorage, StorageNotice } from '../../../src/ports/state-storage.ts'
import { readState, writeState } from '../../../src/state/state-file.ts'
import { CLOSE_WAIT_MS, StatePersistence } from '../../../src/state/state-persistence.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { MemoryStorage } from '../../support/memory-storage.ts'
import { settle } from '../../support/test-machine.ts'

const ID = idFromHex('11'.repeat(32))
const V4 = contact(ID, endpoint('192.0.2.1', 1))
const V6 = contact(ID, endpoint('2001:db8::1', 1))
const HOUR = 3_600_000

const withContacts = (...contacts: CoreState['contacts']): CoreState => ({
  ids: { 4: ID, 6: ID },
  contacts,
  announcements: [],
})

let clock: ManualClock
let storage: MemoryStorage
let warnings: string[]
let persistence: StatePersistence

function store(value?: Uint8Array): void {
  storage = new MemoryStorage(value)
  persistence = persistenceOf(storage)
}

function persistenceOf(its: StateStorage): StatePersistence {
  clock = new ManualClock()
  warnings = []
  const warn = (code: string, message: string): number => warnings.push(`${code}: ${message}`)
  return new StatePersistence({ storage: its, network: dht256, clock, sha256, warn })
}

function saved(): CoreState | undefined {
  const read = readState(storage.value ?? new Uint8Array(0), dht256)
  return read.kind === 'state' ? read.state : undefined
}

beforeEach(() => store())

describe('opening', () => {
  it('returns the saved state', async () => {
    store(writeState(withContacts(V4, V6), dht256))
    expect(await persistence.open()).toEqual(withContacts(V4, V6))
    expect(warnings).toEqual([])
  })

  it.each([undefined, new Uint8Array(0)])(
    'of an empty storage gives no state (%#)',
    async (value) => {
      store(value)
      expect(await persistence.open()).toBeUndefined()
      expect([warnings, storage.aside]).toEqual([[], []])
    },
  )

  it.each([null, 'text', 5, {}, [1], new ArrayBuffer(2)])(
    'PERSIST-2: refuses %o, which no storage may return, and changes nothing',
    async (value) => {
      store(value as never)
      await expect(persistence.open()).rejects.toMatchObject({
        code: 'ERR_DHT_NODE_STATE',
        message: expect.stringContaining('read: load: expected a Uint8Array or undefined, got '),
      })
      expect([storage.value, storage.aside, storage.begun]).toEqual([value, [], 0])
    },
  )

  it('PERSIST-2: sets a damaged state aside, and reports where it is', async () => {
    const damaged = writeState(withContacts(V4), dht256).fill(0, 50, 51)
    store(damaged)
    expect(await persistence.open()).toBeUndefined()
    expect(storage.aside).toEqual([damaged])
    expect(warnings).toEqual([
      'DHT_STATE_SET_ASIDE: the saved state is damaged and was set aside as another place: ' +
        'its checksum does not match',
    ])
  })

  it.each([
    ['load', undefined],
    ['setAside', writeState(withContacts(V4), dht256).fill(0, 50, 51)],
  ] as const)(
    'PERSIST-2: rejects when %s fails, with the cause, and changes nothing',
    async (operation, value) => {
      store(value ?? writeState(withContacts(V4), dht256))
      const { value: before } = storage
      storage.broken.add(operation)
      await expect(persistence.open()).rejects.toMatchObject({
        code: 'ERR_DHT_NODE_STATE',
        cause: { message: `${operation} is broken` },
      })
      expect([storage.value, storage.aside, storage.begun]).toEqual([before, [], 0])
    },
  )

  it.each([
    ['hello', 'got something else'],
    ['dht-state 3\nhello', 'got one of version 3'],
    ['dht-state 2', 'got something else'],
    ['\0\0\0\0', 'got something else'],
  ])('PERSIST-2: refuses %j and leaves it unchanged', async (text, got) => {
    const value = new TextEncoder().encode(text)
    store(value)
    await expect(persistence.open()).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_ARGUMENT',
      message: expect.stringMatching(
        new RegExp(`^state: expected .*, ${got}; it is left unchanged$`),
      ),
    })
    expect([storage.value, storage.aside, warnings]).toEqual([value, [], []])
  })

  it('refuses the state of another network and leaves it unchanged', async () => {
    const id = idFromHex('22'.repeat(20))
    const state = { ids: { 4: id, 6: id }, contacts: [], announcements: [] }
    const foreign = writeState(state, mainline)
    store(foreign)
    await expect(persistence.open()).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_ARGUMENT',
      message: 'state: expected one of the network dht256, got mainline; it is left unchanged',
    })
    expect([storage.value, storage.aside]).toEqual([foreign, []])
  })
})

/** A storage of one user at a time, with a record of its calls. */
class OwnedStorage extends MemoryStorage {
  readonly log: string[] = []
  notify: (notice: StorageNotice) => void = () => {}
  acquiring: Promise<void> = Promise.resolve()
  loading: Promise<void> = Promise.resolve()

  async acquire(notify: (notice: StorageNotice) => void): Promise<void> {
    this.notify = notify
    this.log.push('acquire')
    await this.acquiring
  }

  async release(): Promise<void> {
    this.log.push('release')
  }

  override async load(): Promise<Uint8Array | undefined> {
    this.log.push('load')
    await this.loading
    return super.load()
  }
}

describe('PERSIST-8: a storage with an owner', () => {
  it('is acquired before it is read, and released after the last save', async () => {
    const owned = new OwnedStorage()
    persistence = persistenceOf(owned)
    await persistence.open()
    await persistence.saveFirst(withContacts(V4))
    expect(owned.log).toEqual(['acquire', 'load'])
    await persistence.close(withContacts(V6))
    expect([owned.log, owned.begun]).toEqual([['acquire', 'load', 'release'], 2])
    expect([warnings, clock.alarms]).toEqual([[], 0])
  })

  it('is released when the start fails', async () => {
    const owned = new OwnedStorage(Uint8Array.of(1))
    persistence = persistenceOf(owned)
    await expect(persistence.open()).rejects.toMatchObject({ code: 'ERR_DHT_NODE_ARGUMENT' })
    expect(owned.log).toEqual(['acquire', 'load', 'release'])
    await persistence.close()
    expect(owned.log).toEqual(['acquire', 'load', 'release'])
  })

  it('is not released by a start that it refused, because another node may have it', async () => {
    const owned = new OwnedStorage()
    await persistenceOf(owned).open()
    owned.acquiring = Promise.reject(new Error('in use'))
    persistence = persistenceOf(owned)
    await expect(persistence.open()).rejects.toMatchObject({ code: 'ERR_DHT_NODE_STATE' })
    await persistence.close()
    expect(owned.log).toEqual(['acquire', 'load', 'acquire'])
  })

  it('is released at once when the start is aborted while it waits for it', async () => {
    const owned = new OwnedStorage()
    owned.acquiring = new Promise(() => {})
    persistence = persistenceOf(owned)
    void persistence.open()
    await settle()
    owned.notify('waiting')
    const closing = persistence.close()
    await settle()
    expect(owned.log).toEqual(['acquire', 'release'])
    expect(warnings).toEqual([
      'DHT_STATE_WAITING: the state is locked: waiting to see whether its node still runs',
    ])
    clock.advance(CLOSE_WAIT_MS)
    await closing
  })

  it('is left as it is when the start is aborted while it is read', async () => {
    const damaged = writeState(withContacts(V4), dht256).fill(0, 50, 51)
    const owned = new OwnedStorage(damaged)
    let read: () => void = () => {}
    owned.loading = new Promise((resolve) => {
      read = resolve
    })
    persistence = persistenceOf(owned)
    const opening = persistence.open()
    await settle()
    await persistence.close()
    read()
    await expect(opening).rejects.toMatchObject({ code: 'ERR_DHT_NODE_CLOSED' })
    expect([owned.value, owned.aside, warnings]).toEqual([damaged, [], []])
    expect(owned.log).toEqual(['acquire', 'load', 'release'])
  })

  it.each([
    ['taken', /^DHT_STATE_TAKEN: /],
    ['removed', /^DHT_STATE_LOCK_REMOVED: /],
  ] as const)('is not saved to once it is lost (%s)', async (notice, warning) => {
    const owned = new OwnedStorage()
    persistence = persistenceOf(owned)
    await persistence.open()
    await persistence.saveFirst(withContacts())
    owned.notify(notice)
    persistence.saveEvery(() => withContacts(V4), HOUR)
    clock.advance(3 * HOUR)
    await persistence.close(withContacts(V4))
    expect(owned.begun).toBe(1)
    expect(warnings).toEqual([expect.stringMatching(warning)])
  })

  it('reports a loss once, though the save that found it rejects', async () => {
    const owned = new OwnedStorage()
    persistence = persistenceOf(owned)
    await persistence.open()
    owned.broken.add('save')
    owned.hanging = []
    const closing = persistence.close(withContacts(V4))
    owned.notify('removed')
    for (const end of owned.hanging) end()
    await closing
    expect(warnings).toEqual([expect.stringMatching(/^DHT_STATE_LOCK_REMOVED: /)])
  })

  it('is saved to while its lock is there again', async () => {
    const owned = new OwnedStorage()
    persistence = persistenceOf(owned)
    await persistence.open()
    owned.notify('renewed')
    await persistence.close(withContacts(V4))
    expect(owned.begun).toBe(1)
    expect(warnings).toEqual([expect.stringMatching(/^DHT_STATE_LOCK_RENEWED: /)])
  })
})

describe('saving', () => {
  it('begins with the first state, or rejects with the error', async () => {
    await persistence.saveFirst(withContacts(V4))
    expect(saved()).toEqual(withContacts(V4))
    storage.broken.add('save')
    await expect(persistence.saveFirst(withContacts(V4))).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_STATE',
      message: 'state: can’t be written: save is broken',
      cause: { message: 'save is broken' },
    })
  })

  it('PERSIST-5: happens soon, then from time to time, until closed', async () => {
    let port = 0
    const state = (): CoreState => ({
      ...withContacts(V4),
      announcements: [{ id: ID, port: ++port }],
    })
    persistence.saveEvery(state, HOUR)
    clock.advance(9_999)
    expect(port).toBe(0)
    clock.advance(1)
    await settle()
    expect([port, storage.saves.length]).toEqual([1, 1])
    for (let hour = 0; hour < 3; hour++) {
      clock.advance(HOUR)
      await settle()
    }
    expect([port, storage.saves.length]).toEqual([4, 4])
    await persistence.close(state())
    clock.advance(3 * HOUR)
    expect([port, storage.saves.length, clock.alarms]).toEqual([5, 5, 0])
    expect(saved()?.announcements).toEqual([{ id: ID, port: 5 }])
  })

  it('PERSIST-5: an empty table never replaces known contacts', async () => {
    store(writeState(withContacts(V4, V6), dht256))
    await persistence.open()
    await persistence.saveFirst(withContacts())
    expect(saved()?.contacts).toEqual([V4, V6])
    const newer = contact(ID, endpoint('192.0.2.9', 9))
    await persistence.saveFirst(withContacts(newer))
    expect(saved()?.contacts).toEqual([newer, V6])
    await persistence.close(withContacts())
    expect(saved()?.contacts).toEqual([newer, V6])
  })

  it('that fails is a warning, and the next one is tried again', async () => {
    storage.broken.add('save')
    persistence.saveEvery(() => withContacts(V4), HOUR)
    clock.advance(10_000)
    await settle()
    expect(warnings).toEqual(['DHT_STATE_UNSAVED: the state could not be saved'])
    storage.broken.clear()
    clock.advance(HOUR)
    await settle()
    expect(saved()?.contacts).toEqual([V4])
  })
})

describe('PERSIST-10: a storage that hangs', () => {
  it('gets one value at a time, and in the end the latest', async () => {
    storage.hanging = []
    let port = 0
    persistence.saveEvery(
      () => ({ ...withContacts(V4), announcements: [{ id: ID, port: ++port }] }),
      HOUR,
    )
    clock.advance(24 * HOUR)
    await settle()
    expect([port, storage.begun]).toEqual([24, 1])
    expect(warnings).toHaveLength(23)
    storage.hanging.splice(0)[0]!()
    await settle()
    expect([storage.begun, saved()?.announcements]).toEqual([2, [{ id: ID, port: 1 }]])
    storage.hanging.splice(0)[0]!()
    await settle()
    expect([storage.begun, saved()?.announcements]).toEqual([2, [{ id: ID, port: 24 }]])
  })

  it('does not delay closing for longer than documented, and is then left alone', async () => {
    storage.hanging = []
    persistence.saveEvery(() => withContacts(V4), HOUR)
    clock.advance(10_000)
    let hasClosed = false
    void persistence.close(withContacts(V6)).then(() => {
      hasClosed = true
    })
    clock.advance(CLOSE_WAIT_MS - 1)
    await settle()
    expect(hasClosed).toBe(false)
    clock.advance(1)
    await settle()
    expect([hasClosed, clock.alarms]).toEqual([true, 0])
    expect(warnings).toEqual([
      'DHT_STATE_UNSAVED: the storage took more than 5000 ms to save the last state',
    ])
    // After the close the storage may be used again, so no further save may start.
    for (const end of storage.hanging) end()
    await settle()
    expect(storage.begun).toBe(1)
  })

  it('releases its lock when it works again, however late', async () => {
    const owned = new OwnedStorage()
    persistence = persistenceOf(owned)
    await persistence.open()
    owned.hanging = []
    const closing = persistence.close(withContacts(V4))
    clock.advance(CLOSE_WAIT_MS)
    await closing
    expect(owned.log).toEqual(['acquire', 'load'])
    for (const end of owned.hanging) end()
    await settle()
    expect(owned.log).toEqual(['acquire', 'load', 'release'])
  })
})
