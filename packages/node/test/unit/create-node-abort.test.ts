// A start that is aborted while it uses the file of its state: the file is free once the start
// rejects.

import { expect, it } from 'vitest'
import type { FileOperations, Machine } from '../../src/adapters/file/machine.ts'
import { FileStorage } from '../../src/adapters/file-storage.ts'
import { CLOSE_WAIT_MS } from '../../src/state/state-persistence.ts'
import { FOLDER } from '../support/crash-disk.ts'
import { MemoryWorld } from '../support/memory-node.ts'
import { MemoryStorage } from '../support/memory-storage.ts'
import { settle, TestMachine } from '../support/test-machine.ts'

const PATH = `${FOLDER}/node`
const reason = new Error('enough')

/** The machine of a process; `then` is called before the file operation of that number. */
function interrupted(machine: Machine, nth: number, then: () => void): Machine {
  let count = 0
  const files = new Proxy(machine.files, {
    get: (target, name) => {
      const operation = Reflect.get(target, name) as (...args: unknown[]) => unknown
      return (...args: unknown[]): unknown => {
        if (++count === nth) then()
        return operation(...args)
      }
    },
  }) as FileOperations
  return {
    files,
    self: machine.self,
    now: () => machine.now(),
    sleep: (ms) => machine.sleep(ms),
    every: (ms, ring) => machine.every(ms, ring),
    isGone: (pid) => machine.isGone(pid),
  }
}

it('PERSIST-8: a start aborted at any file operation can be tried again at once', async () => {
  let aborted = 0
  for (let nth = 1, isAborted = true; isAborted; nth++) {
    const world = new MemoryWorld()
    const machine = new TestMachine()
    const process = machine.process()
    const abort = new AbortController()
    const own = interrupted(process, nth, () => abort.abort(reason))
    const state = new FileStorage(PATH, own)
    const outcome = await world.node(1, { state, signal: abort.signal }).catch((error) => error)
    isAborted = outcome === reason
    if (!isAborted) break
    aborted++
    expect([...machine.disk.files.keys()].filter((name) => name.includes('.lock'))).toEqual([])
    await world.node(1, { state: new FileStorage(PATH, process), onWarning: false })
    await world.close()
  }
  expect(aborted).toBeGreaterThan(10)
})

it('PERSIST-8: a start aborted while it waits for the lock leaves it to its holder', async () => {
  const world = new MemoryWorld()
  const machine = new TestMachine()
  const holder = new FileStorage(PATH, machine.process())
  await holder.acquire(() => {})
  const abort = new AbortController()
  const state = new FileStorage(PATH, machine.process())
  const start = world.node(1, { state, signal: abort.signal, onWarning: false })
  const rejected = expect(start).rejects.toBe(reason)
  await settle()
  abort.abort(reason)
  await machine.pass(1_000)
  await rejected
  expect([...machine.disk.files.keys()]).toEqual([`${PATH}.lock`])
  await holder.save(Uint8Array.of(1))
})

it('PERSIST-10: a storage that hangs delays an abort no longer than a close', async () => {
  const world = new MemoryWorld()
  const never = (): Promise<never> => new Promise(() => {})
  const told: string[] = []
  const state = Object.assign(new MemoryStorage(), { load: never, release: never })
  const abort = new AbortController()
  const onWarning = ({ code }: { code: string }): number => told.push(code)
  const start = world.node(1, { state, signal: abort.signal, onWarning })
  let hasEnded = false
  const rejected = expect(start)
    .rejects.toBe(reason)
    .then(() => {
      hasEnded = true
    })
  await world.settle()
  abort.abort(reason)
  await world.pass(CLOSE_WAIT_MS - 1)
  expect(hasEnded).toBe(false)
  await world.pass(1)
  await rejected
  expect([told, world.network.open, world.clock.alarms]).toEqual([['DHT_STATE_UNRELEASED'], 0, 0])
})
