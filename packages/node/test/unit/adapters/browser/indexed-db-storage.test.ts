// The storage of a page, on a database in memory: what is saved, and who may use it.

import { IDBFactory } from 'fake-indexeddb'
import { createStore, get, keys, set } from 'idb-keyval'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  IndexedDbStorage,
  indexedDbStorage,
} from '../../../../src/adapters/browser/indexed-db-storage.ts'
import { LOCK_WAIT_MS } from '../../../../src/adapters/browser/web-lock.ts'
import type { StorageNotice } from '../../../../src/ports/state-storage.ts'
import { createPortableNode } from '../../../../src/shell/create-portable-node.ts'
import { MemoryLocks } from '../../../support/memory-locks.ts'
import { MemoryNetwork } from '../../../support/memory-network.ts'
import { codeOf } from '../../../support/memory-node.ts'

const IN_USE = 'ERR_DHT_NODE_STATE_IN_USE'
const LOCK = 'dht-node state mine'

let locks: MemoryLocks

const storageOf = (name = 'mine') => new IndexedDbStorage(name, () => locks)
const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes)

beforeAll(() => void vi.stubGlobal('indexedDB', new IDBFactory()))
afterAll(() => void vi.unstubAllGlobals())
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  locks = new MemoryLocks()
})

async function acquired(name?: string): Promise<IndexedDbStorage> {
  const storage = storageOf(name)
  await storage.acquire(() => {})
  return storage
}

describe('a state', () => {
  it('is what was saved last, also for the next page', async () => {
    const first = await acquired()
    expect(await first.load()).toBeUndefined()
    for (const byte of [1, 2, 3]) await first.save(bytesOf(byte))
    await first.release()
    expect(await (await acquired()).load()).toEqual(bytesOf(3))
    expect(await (await acquired('another')).load()).toBeUndefined()
  })

  it('that is damaged is moved, and the newest five are kept', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
    try {
      const storage = await acquired()
      expect(await storage.setAside()).toBeUndefined()
      for (let nth = 0; nth < 7; nth++) {
        vi.setSystemTime(nth)
        await storage.save(bytesOf(nth))
        const where = `damaged-1970-01-01T00:00:00.00${nth}Z in the database mine`
        expect(await storage.setAside()).toBe(where)
        expect(await storage.load()).toBeUndefined()
      }
      const store = createStore('mine', 'dht-node')
      const names = await keys<string>(store)
      expect(await Promise.all(names.map((name) => get(name, store)))).toEqual(
        [2, 3, 4, 5, 6].map((byte) => bytesOf(byte)),
      )
    } finally {
      vi.useRealTimers()
    }
  })

  it('is kept by a node, which has its id again', async () => {
    const transports = [new MemoryNetwork().transport('192.0.2.1', 1)]
    const first = await createPortableNode({ transports, state: storageOf() })
    await first.close()
    const again = [new MemoryNetwork().transport('192.0.2.1', 1)]
    await using second = await createPortableNode({ transports: again, state: storageOf() })
    expect(second.id).toBe(first.id)
  })

  it('of another kind is refused, and left as it is', async () => {
    const store = createStore('mine', 'dht-node')
    await set('state', 'some text', store)
    const transports = [new MemoryNetwork().transport('192.0.2.1', 1)]
    const start = () => createPortableNode({ transports, state: storageOf() })
    expect(await codeOf(start)).toBe('ERR_DHT_NODE_STATE')
    expect(await get('state', store)).toBe('some text')
    await acquired()
  })
})

describe('one page at a time', () => {
  it('a second one is refused, and gets the state when the first has gone', async () => {
    const first = await acquired()
    const startedAt = performance.now()
    expect(await codeOf(() => acquired())).toBe(IN_USE)
    expect(performance.now() - startedAt).toBeGreaterThan(LOCK_WAIT_MS - 100)
    await first.release()
    await acquired()
  })

  it('a page that is loaded again waits for its former self', async () => {
    const first = await acquired()
    const second = acquired()
    setTimeout(() => void first.release(), LOCK_WAIT_MS / 5)
    await second
  })

  it('one storage serves one node', async () => {
    const storage = await acquired()
    expect(await codeOf(() => storage.acquire(() => {}))).toBe(IN_USE)
    await storage.save(bytesOf(1))
  })

  it('a release ends an acquire under way, and leaves nothing locked', async () => {
    const first = await acquired()
    const storage = storageOf()
    const acquire = codeOf(() => storage.acquire(() => {}))
    await storage.release()
    expect(await acquire).toBe(IN_USE)
    await first.release()
    await storage.acquire(() => {})
    await storage.release()
    await acquired()
  })

  it('a lock that was taken away is told, and nothing is saved any more', async () => {
    const notices: StorageNotice[] = []
    const storage = storageOf()
    await storage.acquire((notice) => notices.push(notice))
    locks.steal(LOCK)
    await vi.waitFor(() => expect(notices).toEqual(['taken']))
    expect(await codeOf(() => storage.save(bytesOf(1)))).toBe(IN_USE)
    await storage.release()
    expect(notices).toEqual(['taken'])
  })

  it('without Web Locks there is no state', async () => {
    vi.stubGlobal('navigator', {})
    expect(await codeOf(() => indexedDbStorage().acquire?.(() => {}))).toBe('ERR_DHT_NODE_STATE')
    vi.stubGlobal('navigator', undefined)
    await expect(indexedDbStorage().acquire?.(() => {})).rejects.toThrow('secure context')
  })

  it('a failure of the locks is passed on', async () => {
    const failing = { request: async () => Promise.reject(new Error('no locks today')) }
    const storage = new IndexedDbStorage('mine', () => failing)
    await expect(storage.acquire(() => {})).rejects.toThrow('no locks today')
  })
})
