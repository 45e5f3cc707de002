// Hosts: what they receive, what they keep, when their alarms fire, and their states.

import { contentId, idsEqual } from '@dht/id'
import type { Effect } from '@dht/node/core'
import { constantLatency, NO_EFFECTS, type Process, SimError, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { RecordingProcess } from '../../support/recording-process.ts'

const key = contentId(Uint8Array.of(1))

/** Wants timeouts at given instants of its host's clock, and records when it got them. */
class TimeoutRecorder implements Process {
  readonly timeouts: number[] = []
  readonly #wanted: number[]

  constructor(wanted: readonly number[]) {
    this.#wanted = [...wanted]
  }

  receive(): readonly Effect[] {
    return NO_EFFECTS
  }

  handleTimeout(now: number): readonly Effect[] {
    this.timeouts.push(now)
    this.#wanted.shift()
    return NO_EFFECTS
  }

  nextTimeout(): number | undefined {
    return this.#wanted[0]
  }
}

function sleeping(wanted: readonly number[], clock = {}) {
  const world = new World()
  const host = world.addHost({ clock })
  const recorder = new TimeoutRecorder(wanted)
  host.run(recorder)
  return { world, host, recorder }
}

describe('alarms', () => {
  it('TIME-6: fire once each, when they are due and not before', () => {
    const { world, recorder } = sleeping([100, 100.5, 250, 9_000])
    world.advance(99)
    expect(recorder.timeouts).toEqual([])
    world.advance(9_000)
    expect(recorder.timeouts).toEqual([100, 101, 250, 9_000])
  })

  it('never fire within the instant in which they are set', () => {
    const { world, recorder } = sleeping([0, -5, 0])
    world.advance(10)
    expect(recorder.timeouts).toEqual([1, 2, 3])
  })

  it('go by the clock of their host', () => {
    const { world, recorder } = sleeping([10_000, 20_000], { driftPpm: 10_000, offsetMs: 100 })
    world.advanceUntil(() => recorder.timeouts.length === 1, 60_000)
    expect(world.now).toBe(9_802)
    world.advanceUntil(() => recorder.timeouts.length === 2, 60_000)
    expect(world.now).toBe(19_703)
  })

  it('TIME-5: never ring after their process has ended', () => {
    const { world, host, recorder } = sleeping([100])
    host.crash()
    const next = new TimeoutRecorder([200])
    host.run(next)
    world.advance(1_000)
    expect([recorder.timeouts, next.timeouts]).toEqual([[], [200]])
  })

  it('stop during a suspension, and fire after the time that was left', () => {
    const cases = [
      // Due in 10 s, of which 4 s have passed at the suspension: 6 s are left.
      { due: 10_000, sleepAt: 4_000, leftMs: 6_000 },
      // Due in 100 s, in timers of 30 s: 5 s of the second timer have passed.
      { due: 100_000, sleepAt: 35_000, leftMs: 25_000 },
    ]
    for (const { due, sleepAt, leftMs } of cases) {
      const { world, host, recorder } = sleeping([due])
      world.advance(sleepAt)
      host.suspend()
      world.advance(3_600_000)
      expect(recorder.timeouts).toEqual([])
      host.resume()
      world.advance(leftMs - 1)
      expect(recorder.timeouts).toEqual([])
      world.advance(1)
      expect(recorder.timeouts).toEqual([sleepAt + 3_600_000 + leftMs])
    }
  })

  it('are set again if they would be early after a suspension', () => {
    const { world, host, recorder } = sleeping([100_000])
    world.advance(29_000)
    host.suspend()
    world.advance(10_000)
    host.resume()
    world.advance(60_000)
    expect(recorder.timeouts).toEqual([])
    world.advance(1_000)
    expect(recorder.timeouts).toEqual([100_000])
  })
})

describe('the states of a host', () => {
  it('a host receives and sends nothing while it is suspended or has stopped', () => {
    const world = new World({ network: { latency: constantLatency(1) } })
    const [a, b] = [new RecordingProcess(world), new RecordingProcess(world)]
    a.host.suspend()
    b.sendText('asleep', a)
    a.sendText('asleep', b)
    world.advance(1)
    a.host.resume()
    b.sendText('awake', a)
    world.advance(1)
    a.host.crash()
    b.sendText('gone', a)
    world.advance(1)
    expect([a.texts, b.texts]).toEqual([['awake'], []])
    expect(world.network.traffic.dropped['host-down']).toBe(2)
    expect(a.host.state).toBe('crashed')
  })

  it('SIM-S6: a closed node comes back with its id, and one without its disk with another', () => {
    const world = new World({ seed: 2 })
    const [, , host] = world.grow(10)
    if (host === undefined) throw new Error('expected a host')
    const { id } = host.node
    host.request({ kind: 'enter', target: key, port: 80 }, { settled: () => {} })
    world.advance(10_000)
    const known = host.node.state().contacts.length
    host.close()
    expect(host.core).toBeUndefined()
    world.advance(60_000)
    const again = host.start()
    expect(again.id).toEqual(id)
    expect(again.state().contacts).toHaveLength(known)
    expect(again.state().announcements.map(({ port }) => port)).toEqual([80])
    host.crash()
    host.disk.wipe()
    expect(idsEqual(host.start().id, id)).toBe(false)
  })

  it('a crash loses what was learnt since the last save, but never all contacts', () => {
    const world = new World({ seed: 3 })
    world.grow(5)
    const host = world.addHost({ saveEveryMs: 60_000 })
    host.start({ bootstrap: world.someEndpoints(1, world.chance.branch('test')) })
    world.advance(59_999)
    expect(host.disk.state).toBeUndefined()
    world.advance(1)
    expect(host.disk.state?.contacts).toHaveLength(5)
    host.disk.save({ ...host.node.state(), contacts: [], announcements: [] })
    expect(host.disk.state?.contacts).toHaveLength(5)
    const { id } = host.node
    host.crash()
    expect(host.start({ joins: false }).id).toEqual(id)
  })

  it('one process runs at a time, and only a running one can be stopped', () => {
    const world = new World()
    const host = world.addHost()
    expect(() => host.crash()).toThrow(SimError)
    expect(() => host.node).toThrow('host 0 runs no honest node')
    host.start()
    expect(() => host.start()).toThrow(expect.objectContaining({ code: 'ERR_DHT_SIM_STATE' }))
    expect(() => host.resume()).toThrow('expected it to be suspended, got running')
    host.suspend()
    expect(() => host.suspend()).toThrow('expected it to be running, got suspended')
    expect(() => host.request({ kind: 'join' })).toThrow('got suspended')
    host.close()
    expect(host.state).toBe('closed')
  })

  it('an error of a process ends the run, and its message has the host', () => {
    const world = new World({ seed: 99 })
    const host = world.addHost()
    const cause = new Error('mine')
    const bomb: Process = {
      receive: () => NO_EFFECTS,
      nextTimeout: () => 500,
      handleTimeout: () => {
        throw cause
      },
    }
    host.run(bomb)
    const thrown = ((): unknown => {
      try {
        world.advance(1_000)
        return undefined
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toMatchObject({ code: 'ERR_DHT_SIM_PROCESS', cause })
    expect(String(thrown)).toContain('seed 99, instant 500 ms')
  })
})
