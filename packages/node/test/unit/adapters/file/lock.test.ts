// Which process may use a state: processes that take its lock, touch it, are suspended, crash and
// race.

import { MODEL_TIMEOUT_MS } from '@dht/testing/census'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { FileLock, LOCK_STALE_MS, LOCK_TOUCH_MS } from '../../../../src/adapters/file/lock.ts'
import { CrashDisk } from '../../../support/crash-disk.ts'
import { settle, TestMachine, type TestProcess } from '../../../support/test-machine.ts'

const PATH = '/state/node.lock'
const MINUTE = 60_000
const IN_USE = 'ERR_DHT_NODE_STATE_IN_USE'

let machine: TestMachine
let log: string[]

beforeEach(() => {
  machine = new TestMachine()
  log = []
})

class User {
  readonly lock: FileLock
  readonly process: TestProcess
  outcome: string | undefined

  constructor(process: TestProcess = machine.process()) {
    this.process = process
    this.lock = new FileLock(process, (notice) => log.push(notice))
  }

  /** Begins to take the lock. */
  take(): this {
    const taken = this.lock.take(PATH)
    taken.then(
      () => {
        this.outcome = 'holds'
      },
      (error: { code: string }) => {
        this.outcome = error.code
      },
    )
    return this
  }
}

async function holder(process?: TestProcess): Promise<User> {
  const user = new User(process).take()
  await settle()
  expect(user.outcome).toBe('holds')
  return user
}

describe('PERSIST-8: a lock', () => {
  it('is free once it is released, and leaves no file behind', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const user = await holder()
      expect(await user.lock.isHeld()).toBe(true)
      await user.lock.release()
      await user.lock.release()
      expect(await user.lock.isHeld()).toBe(false)
      expect([...machine.disk.files.keys()]).toEqual([])
      expect([user.process.alarms, machine.disk.handles]).toEqual([0, 0])
    }
    expect(log).toEqual([])
  })

  it('that is touched refuses another process within the time of one touch', async () => {
    await holder()
    await machine.pass(10 * MINUTE + 1)
    const second = new User().take()
    await machine.pass(LOCK_TOUCH_MS - 1_000)
    expect([second.outcome, log]).toEqual([undefined, ['waiting']])
    await machine.pass(1_500)
    expect([second.outcome, log]).toEqual([IN_USE, ['waiting']])
    expect(second.process.alarms).toBe(0)
  })

  it('of this process refuses at once', async () => {
    const { process } = await holder()
    const second = new User(process).take()
    await settle()
    expect([second.outcome, log]).toEqual([IN_USE, []])
  })

  it('of a process that was killed is taken over when it is stale, not sooner', async () => {
    const crashed = await holder()
    crashed.process.kill()
    await machine.pass(4_000)
    const second = new User().take()
    await machine.pass(LOCK_STALE_MS - 4_001)
    expect(second.outcome).toBe(undefined)
    await machine.pass(501)
    expect([second.outcome, log]).toEqual(['holds', ['waiting']])
    expect([...machine.disk.files.keys()]).toEqual([PATH])
  })

  it('of a process that is known to have ended is taken over at once', async () => {
    const crashed = await holder(machine.process('boot/1'))
    crashed.process.kill()
    // Process numbers of another boot or container mean nothing here.
    const stranger = new User(machine.process('boot/2')).take()
    await settle()
    expect([stranger.outcome, log]).toEqual([undefined, ['waiting']])
    const neighbour = new User(machine.process('boot/1')).take()
    await settle()
    expect(neighbour.outcome).toBe('holds')
    await machine.pass(1_000)
    expect(stranger.outcome).toBe(IN_USE)
  })

  it('of a process that was suspended for long is lost, once another has taken it', async () => {
    const slow = await holder()
    slow.process.stop()
    await machine.pass(LOCK_STALE_MS)
    slow.process.resume()
    await machine.pass(LOCK_TOUCH_MS)
    // No process has taken it, so it goes on.
    expect([await slow.lock.isHeld(), log]).toEqual([true, []])
    slow.process.stop()
    await machine.pass(LOCK_STALE_MS)
    const second = await holder()
    slow.process.resume()
    expect(await slow.lock.isHeld()).toBe(false)
    await machine.pass(LOCK_TOUCH_MS)
    expect(log).toEqual(['taken'])
    await slow.lock.release()
    await machine.pass(MINUTE)
    expect([await second.lock.isHeld(), log]).toEqual([true, ['taken']])
  })

  it('is created again by the next touch after its file was removed', async () => {
    const user = await holder()
    await machine.pass(LOCK_STALE_MS)
    await machine.disk.operations.unlink(PATH)
    await machine.pass(LOCK_TOUCH_MS)
    expect([await user.lock.isHeld(), log]).toEqual([true, ['renewed']])
    const second = new User().take()
    await machine.pass(2 * LOCK_TOUCH_MS)
    expect(second.outcome).toBe(IN_USE)
    await user.lock.release()
    expect([user.process.alarms, machine.disk.files.size]).toEqual([0, 0])
  })

  it('is created again when it is checked, once by concurrent checks', async () => {
    const user = await holder()
    await machine.disk.operations.unlink(PATH)
    const losses = await Promise.all([user.lock.keep(), user.lock.keep()])
    expect([losses, await user.lock.isHeld(), log]).toEqual([
      [undefined, undefined],
      true,
      ['renewed'],
    ])
  })

  it.each([0, LOCK_TOUCH_MS])(
    'is lost when its file is missing after the process was suspended (and %i ms more)',
    async (moreMs) => {
      const user = await holder()
      user.process.stop()
      await machine.pass(LOCK_STALE_MS + moreMs)
      await machine.disk.operations.unlink(PATH)
      user.process.resume()
      expect(await user.lock.keep()).toBe('removed')
      await machine.pass(LOCK_TOUCH_MS)
      expect([log, user.process.alarms, machine.disk.files.size]).toEqual([['removed'], 0, 0])
      expect(await user.lock.keep()).toBe('removed')
      expect(log).toEqual(['removed'])
    },
  )

  it('is not created again where the last touch cannot be dated', async () => {
    const user = await holder()
    await machine.disk.operations.unlink(PATH)
    machine.now -= 1
    expect(await user.lock.keep()).toBe('removed')
  })

  it('is not created again in place of another node’s or of another file', async () => {
    const user = await holder()
    await machine.disk.operations.unlink(PATH)
    await holder()
    expect(await user.lock.keep()).toBe('taken')
    machine = new TestMachine()
    const other = await holder()
    machine.disk = CrashDisk.holding(new Map([[PATH, 'mine']]))
    expect([await other.lock.keep(), log]).toEqual(['removed', ['taken', 'removed']])
    expect([...machine.disk.files]).toEqual([[PATH, 'mine']])
  })

  it('is not created again for long where the disk refuses it', async () => {
    const user = await holder()
    await machine.disk.operations.unlink(PATH)
    machine.disk.fault = { operation: 'write', code: 'ENOSPC' }
    await machine.pass(LOCK_STALE_MS - 1)
    expect(log).toEqual([])
    await machine.pass(1)
    machine.disk.fault = undefined
    expect([await user.lock.keep(), log]).toEqual(['removed', ['removed']])
  })

  it('that is released while it is created again leaves no file behind', async () => {
    const user = await holder()
    await machine.disk.operations.unlink(PATH)
    user.process.stop()
    const keeping = user.lock.keep()
    await user.process.step()
    const releasing = user.lock.release()
    user.process.resume()
    await Promise.all([keeping, releasing])
    expect([machine.disk.files.size, user.process.alarms]).toEqual([0, 0])
    expect(await user.lock.keep()).toBe('released')
  })

  it('with a time in the future is taken over when it is not touched', async () => {
    const crashed = await holder()
    crashed.process.kill()
    machine.now -= 365 * 24 * 60 * MINUTE
    const second = new User().take()
    await machine.pass(LOCK_STALE_MS - 1)
    expect(second.outcome).toBe(undefined)
    await machine.pass(1_000)
    expect(second.outcome).toBe('holds')
  })

  it('may stay untouched while its folder cannot be used', async () => {
    const user = await holder()
    machine.disk.fault = { operation: 'read', code: 'EIO' }
    await machine.pass(LOCK_STALE_MS)
    machine.disk.fault = undefined
    await machine.pass(LOCK_TOUCH_MS)
    expect([await user.lock.isHeld(), log]).toEqual([true, []])
  })

  it('that is released while it is waited for is not taken', async () => {
    const first = await holder()
    first.process.kill()
    const second = new User().take()
    await machine.pass(1_000)
    await second.lock.release()
    await machine.pass(MINUTE)
    expect(second.outcome).toBe('ERR_DHT_NODE_CLOSED')
    expect([...machine.disk.files.keys()]).toEqual([PATH])
    expect(second.process.alarms).toBe(0)
  })

  it.each(['mine', 'x'.repeat(2_000), 'dht-lock 2\n'])(
    'never replaces another file (%#)',
    async (held) => {
      machine.disk = CrashDisk.holding(new Map([[PATH, held]]))
      const user = new User().take()
      await machine.pass(MINUTE)
      expect(user.outcome).toBe('ERR_DHT_NODE_ARGUMENT')
      expect([...machine.disk.files]).toEqual([[PATH, held]])
    },
  )

  it.each(['', '\0\0\0', 'dht-l', 'dht-lock 1\n', 'dht-lock 1\n0123'])(
    'that was never written is taken over when it is stale',
    async (held) => {
      machine.disk = CrashDisk.holding(new Map([[PATH, held]]))
      machine.now = LOCK_STALE_MS - 1
      const user = new User().take()
      await settle()
      expect(user.outcome).toBe(undefined)
      await machine.pass(500)
      expect(user.outcome).toBe('holds')
    },
  )

  it('can be released on a disk that is full', async () => {
    const user = await holder()
    machine.disk.fault = { operation: 'write', code: 'ENOSPC' }
    await user.lock.release()
    expect([...machine.disk.files.keys()]).toEqual([])
  })

  it('rejects with the error of the file system', async () => {
    machine.disk.fault = { operation: 'write', code: 'ENOSPC' }
    const user = new User().take()
    await settle()
    expect([user.outcome, [...machine.disk.files.keys()]]).toEqual(['ENOSPC', []])
  })
})

/** Enough turns for every process to take over, or to find out that another one does. */
const TURNS = 40

interface Race {
  /** Which process does the next half of an operation. */
  readonly turns: readonly number[]
  readonly racers: number
  /** The turn at which the first of them is killed. */
  readonly killAt: number
  /** Whether the last holder, which was suspended for long, releases the lock meanwhile. */
  readonly isReleased: boolean
  readonly isBlank: boolean
}

const anyRace: fc.Arbitrary<Race> = fc.record({
  turns: fc.array(fc.nat(11), { minLength: TURNS, maxLength: 4 * TURNS, size: 'max' }),
  racers: fc.integer({ min: 2, max: 3 }),
  killAt: fc.nat(3 * TURNS),
  isReleased: fc.boolean(),
  isBlank: fc.boolean(),
})

/** @returns those that were not killed */
async function run(race: Race): Promise<User[]> {
  machine = new TestMachine()
  const owner = await holder()
  owner.process.stop()
  if (race.isBlank) machine.disk = CrashDisk.holding(new Map([[PATH, '']]))
  machine.now += LOCK_STALE_MS
  const racers = Array.from({ length: race.racers }, () => new User())
  for (const racer of racers) {
    racer.process.stop()
    racer.take()
  }
  if (race.isReleased) void owner.lock.release()
  const all = [...racers, owner]
  const [victim, ...others] = racers as [User, ...User[]]
  for (const [turn, which] of race.turns.entries()) {
    if (turn === race.killAt) victim.process.kill()
    await all[which % all.length]!.process.step()
  }
  for (let turn = 0; turn < TURNS; turn++) for (const user of all) await user.process.step()
  return race.killAt < race.turns.length ? others : racers
}

it('PERSIST-8: of processes that take over at once at most one gets the lock, and keeps it', {
  timeout: MODEL_TIMEOUT_MS,
}, async () => {
  const seen = { taken: 0, left: 0 }
  await fc.assert(
    fc.asyncProperty(anyRace, async (race) => {
      const others = await run(race)
      const holders = others.filter(({ outcome }) => outcome === 'holds')
      expect(holders.length).toBeLessThanOrEqual(1)
      for (const process of machine.processes) process.resume()
      for (const { lock } of holders) expect(await lock.isHeld()).toBe(true)
      if (holders.length === 1) seen.taken++
      else seen.left++
      // Whatever a crash left behind, the lock can be taken again.
      for (const process of machine.processes) process.kill()
      const next = new User().take()
      await machine.pass(4 * LOCK_STALE_MS)
      expect(next.outcome).toBe('holds')
    }),
  )
  expect(seen.taken).toBeGreaterThan(20)
  expect(seen.left).toBeGreaterThan(5)
})
