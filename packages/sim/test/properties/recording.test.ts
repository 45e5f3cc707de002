// What is written of a world, read again, and compared with the world.

import { idToHex } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import { type Recording, Reporter, readRecording } from '@dht/observatory/recording'
import {
  type Host,
  runSwarm,
  SCENARIOS,
  type Script,
  SimError,
  swarmScript,
  World,
  WorldRecorder,
  type WorldRecorderOptions,
} from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { type FoldedNode, foldRecording } from '../support/folded-recording.ts'

function readBack(lines: Iterable<string>): Recording {
  const result = readRecording([...lines].join(''))
  if (result.kind === 'read') return result.recording
  throw new Error(JSON.stringify(result.error))
}

/** A swarm world with its recording. */
function recordSwarm(script: Script, options: WorldRecorderOptions = {}) {
  const made: { world: World; recorder: WorldRecorder }[] = []
  const run = runSwarm(script, {
    prepare: (world) => made.push({ world, recorder: new WorldRecorder(world, options) }),
  })
  const { world, recorder } = made[0]!
  return { run, world, recording: readBack(recorder.lines(run.violations)) }
}

/** Compares what a reader knows with the state of the core itself. */
function expectAgreement(folded: FoldedNode | undefined, host: Host): void {
  const { core, now } = host
  if (folded === undefined || core === undefined) throw new Error(`host ${host.number}`)
  const inspected = core.inspect(now)
  for (const { family, id, buckets } of inspected.overlays) {
    const table = folded.tables.get(family)
    expect(table?.id).toBe(idToHex(id))
    expect(table?.prefixes.map(({ length }) => length)).toEqual(
      buckets.map(({ prefix }) => prefix.length),
    )
    const members = buckets.flatMap((bucket) => bucket.members)
    const told = [...(table?.members.values() ?? [])].map(({ id: member, ...rest }) => {
      return `${member} ${rest.endpoint} ${rest.state} ${rest.failures}`
    })
    const expected = members.map(({ contact, standing, failures }) => {
      return `${idToHex(contact.id)} ${formatEndpoint(contact.endpoint)} ${standing} ${failures}`
    })
    expect(told.sort()).toEqual(expected.sort())
    expect([...(table?.waiting.values() ?? [])]).toEqual(
      buckets.map(({ waiting }) => waiting.map(({ contact }) => idToHex(contact.id))),
    )
  }
  const { status } = folded
  expect(status.store.peers).toBe(inspected.store.peers.length)
  expect(status.store.items).toBe(inspected.items.items.length)
  expect(status.announcements.map(({ id }) => id)).toEqual(
    inspected.announcements.map(({ id }) => idToHex(id)),
  )
  expect(status.traffic.totals['queriesSent']).toBe(inspected.counters.queriesSent)
  // The messages after the snapshot say as much as a snapshot of this instant.
  expect(status).toEqual(new Reporter().snapshot(core.view(now)).status)
}

describe('a recorded swarm', () => {
  it.each([3, 11, 27])('OBS-3: of seed %i agrees with its nodes at the end', (seed) => {
    const { run, world, recording } = recordSwarm(swarmScript(seed, 12))
    expect(run.violations).toEqual([])
    const nodes = foldRecording(recording)
    const recorded = world.hosts.filter(({ number }) => recording.header.nodes[number]?.isRecorded)
    expect(recorded.length).toBeGreaterThan(1)
    for (const host of recorded) {
      if (host.core === undefined) expect(nodes.get(host.number)?.hasEnded).toBe(true)
      else expectAgreement(nodes.get(host.number), host)
    }
    expect(world.honest.every((host) => recorded.includes(host))).toBe(true)
  })

  it.each([8])('OBS-4: of seed %i is the run that the seed gives without a recorder', (seed) => {
    const script = swarmScript(seed, 12)
    const { traceHash, events } = runSwarm(script)
    expect(recordSwarm(script).run).toMatchObject({ traceHash, events })
  })

  it('names adversaries, faults and broken invariants', () => {
    const script: Script = {
      seed: 1,
      nodes: 3,
      actions: [
        { kind: 'adversary', which: 0 },
        { kind: 'advance', ms: 30_000 },
        { kind: 'crash', host: 0 },
        { kind: 'advance', ms: 5_000 },
        { kind: 'restart', host: 0, remembers: true },
        { kind: 'lookup', host: 0, key: 1 },
        { kind: 'advance', ms: 5_000 },
      ],
    }
    const made: WorldRecorder[] = []
    runSwarm(script, { prepare: (world) => made.push(new WorldRecorder(world)) })
    const violation = { property: 'SIM-S4', at: 7, host: 1, seen: 'nothing\u0007' }
    const { header } = readBack(made[0]!.lines([violation]))
    const adversaries = header.nodes.filter(({ adversary }) => adversary !== undefined)
    expect(adversaries).toHaveLength(1)
    expect(adversaries[0]).toMatchObject({ isRecorded: false, id: expect.any(String) })
    const crash = header.faults.find(({ kind }) => kind === 'crashed')
    expect(crash?.until).toBe((crash?.at ?? 0) + 5_000)
    expect(crash?.nodes).toHaveLength(1)
    const kinds = header.faults.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['invariant', 'adversary', 'crashed']))
    expect(kinds).not.toContain('lookup')
    const [broken] = header.faults
    expect(broken).toEqual({
      at: 7,
      kind: 'invariant',
      text: String.raw`SIM-S4: nothing\u{7}`,
      nodes: [1],
    })
  })
})

describe('the faults of a recorded network', () => {
  it('last from the instant at which they are set to that at which they end', () => {
    const world = new World({ seed: 5, network: { duplication: 0.015 } })
    const recorder = new WorldRecorder(world)
    world.grow(3)
    const [lossAt, endAt] = [world.now + 1_000, world.now + 5_000]
    world.advance(1_000)
    world.network.set({ loss: 0.2, duplication: 0, mtu: 576 })
    // Nothing that harms packets is another than before.
    world.network.set({ loss: 0.2 })
    world.advance(4_000)
    world.network.set({ loss: 0, mtu: 1_472 })
    world.advance(1_000)
    world.network.set({ corruption: 1 })
    const { header } = readBack(recorder.lines())
    const ofNetwork = header.faults.filter(({ kind }) => kind === 'network')
    expect(ofNetwork).toEqual([
      { at: 0, until: lossAt, kind: 'network', text: '1.5 % of packets doubled', nodes: [] },
      {
        at: lossAt,
        until: endAt,
        kind: 'network',
        text: '20 % of packets lost, packets of 576 bytes at most',
        nodes: [],
      },
      { at: endAt + 1_000, kind: 'network', text: '100 % of packets corrupted', nodes: [] },
    ])
  })
})

describe('a recorded world', () => {
  function grown(options: WorldRecorderOptions = {}) {
    const world = new World({ seed: 5 })
    const recorder = new WorldRecorder(world, options)
    const hosts = world.grow(6)
    world.lookup(hosts[2]!, hosts[4]!.node.id)
    return { world, hosts, recorder }
  }

  it('has each step of each lookup, from its start to its end', () => {
    const { world, hosts, recorder } = grown()
    world.advance(30_000)
    const nodes = foldRecording(readBack(recorder.lines()))
    for (const { number, core, now } of hosts) {
      const lookups = [...nodes.get(number)!.lookups.values()]
      expect(lookups.length).toBe(core!.info(now).counters.lookups)
      expect(lookups.every(({ steps, hasEnded }) => steps >= 2 && hasEnded)).toBe(true)
    }
  })

  it('begins a node anew after a restart, and ends one that crashed', () => {
    const { world, hosts, recorder } = grown()
    hosts[1]!.crash()
    hosts[2]!.crash()
    world.advance(1_000)
    hosts[1]!.start({ bootstrap: [hosts[0]!.endpoint] })
    world.advance(10_000)
    const { frames } = readBack(recorder.lines())
    const kindsOf = (node: number) =>
      frames
        .filter((frame) => frame.node === node)
        .flatMap(({ messages }) => messages.map(({ kind }) => kind))
        .filter((kind) => kind === 'snapshot' || kind === 'end')
    expect([kindsOf(1), kindsOf(2)]).toEqual([
      ['snapshot', 'end', 'snapshot'],
      ['snapshot', 'end'],
    ])
  })

  it('keeps to its bounds, and says when it was cut', () => {
    const few = readBack(grown({ nodes: 2 }).recorder.lines())
    expect(few.header.nodes.map(({ isRecorded }) => isRecorded)).toEqual([
      true,
      true,
      ...Array(4).fill(false),
    ])
    const { recorder } = grown({ maxFrames: 5 })
    expect(recorder.isCut).toBe(true)
    const cut = readBack(recorder.lines())
    expect([cut.frames.length, cut.header.isCut]).toEqual([5, true])
    const short = grown({ maxCharacters: 20_000 }).recorder
    expect([...short.lines()].slice(1).join('').length).toBeLessThanOrEqual(20_000)
  })

  it.each([{ nodes: 0 }, { everyMs: 1.5 }, { maxFrames: -1 }, { more: 1 }])(
    'refuses the options %o',
    (options) => {
      const record = () => new WorldRecorder(new World(), options as WorldRecorderOptions)
      expect(record).toThrow(SimError)
    },
  )
})

it('a scenario prepares each of its worlds for a recorder', () => {
  const quick = SCENARIOS.find(({ name }) => name === 'quick')!
  const recorders: WorldRecorder[] = []
  const settings = { nodes: 10, hours: 0.01, extras: { lookups: 10 } }
  const report = quick.run(settings, {
    prepare: (world) => recorders.push(new WorldRecorder(world, { nodes: 4 })),
  })
  expect(recorders).toHaveLength(3)
  const [, dead] = recorders.map((recorder) => readBack(recorder.lines()))
  expect(dead!.header.faults.filter(({ kind }) => kind === 'crashed')).toHaveLength(2)
  expect(report.traceHash).toBe(quick.run(settings).traceHash)
})
