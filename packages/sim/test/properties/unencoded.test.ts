// Worlds with unencoded messages take the same course as worlds with bytes: the same events, byte
// for byte, and the same state of all nodes at the end. Tested with faults, adversaries and
// gateways.

import { dht256, mainline, type Network } from '@dht/krpc'
import { type Host, type Script, ScriptRun, swarmScript, World, type WorldEvent } from '@dht/sim'
import { LiveWorld } from '@dht/sim/live'
import { describe, expect, it } from 'vitest'
import type { LazyPacket } from '../../src/network/lazy-packet.ts'
import { TraceHash } from '../../src/trace-hash.ts'

const PATIENT = { timeout: 60_000 }
const SEEDS = Array.from({ length: 16 }, (_, i) => 100 + i)

/** A hash of all events, with the bytes of every packet, encoded or not. */
function fullTrace(world: World): TraceHash {
  const trace = new TraceHash()
  world.watch((event) => {
    addText(trace, event.kind)
    trace.add(event.at)
    if ('packet' in event) trace.addBytes(event.packet.bytes)
    if ('effects' in event) addEffects(trace, event.effects)
    addText(trace, textOf(event, OPAQUE))
  })
  return trace
}

/** Fields that are hashed separately, and fields that only one of the two worlds has. */
const OPAQUE: ReadonlySet<string> = new Set(['content', 'bytes', 'effects'])

type Effects = Extract<WorldEvent, { readonly effects: unknown }>['effects']

function addEffects(trace: TraceHash, effects: Effects): void {
  for (const effect of effects) {
    if (effect.kind === 'send') {
      addText(trace, `${effect.endpoint.address} ${effect.endpoint.port} ${effect.size}`)
      trace.addBytes(effect.bytes)
    } else addText(trace, textOf(effect))
  }
}

/** Sequence numbers of items are of a type that JSON lacks. */
function textOf(value: unknown, without: ReadonlySet<string> = new Set()): string {
  return JSON.stringify(value, (name, each) => {
    if (without.has(name)) return undefined
    return typeof each === 'bigint' ? String(each) : each
  })
}

function addText(trace: TraceHash, text: string): void {
  trace.addBytes(new TextEncoder().encode(text))
}

/** The state at the end of a script, and how many packets were delivered. */
function live(script: Script): { readonly course: unknown; readonly received: number } {
  let trace: TraceHash | undefined
  const { world } = new ScriptRun(script, (made) => {
    trace = fullTrace(made)
  })
  world.advance(20 * 60_000)
  const { events, now, network } = world
  const states = world.honest.map((host) => JSON.stringify(host.core?.info(host.now)))
  const course = { events, now, traffic: network.traffic, states, trace: trace?.value }
  return { course, received: network.traffic.delivered }
}

describe('SIM-S7: unencoded messages', PATIENT, () => {
  it.each(SEEDS)('SIM-S7: take the same course as bytes, seed %i', (seed) => {
    const script = swarmScript(seed, 16)
    const written = live(script)
    expect(written.received).toBeGreaterThan(20)
    expect(live({ ...script, encoded: false }).course).toEqual(written.course)
  })

  it('SIM-S7: are ignored by a node of another network', () => {
    const strangers: readonly Network[] = [mainline, { ...dht256, key: 'other' }]
    const known = [true, false].map((encoded) => {
      const world = new World({ seed: 3, encoded })
      const trace = fullTrace(world)
      const [first] = world.grow(5) as [Host, ...Host[]]
      const hosts = strangers.map((network) => {
        const host = world.addHost({ core: { network } })
        host.start({ bootstrap: [first.endpoint] })
        return host
      })
      world.advance(10 * 60_000)
      const { events, network } = world
      const known = hosts.map(({ core }) => core?.state())
      return { events, traffic: network.traffic, trace: trace.value, known }
    })
    expect(known[1]).toEqual(known[0])
    expect(known[0]?.known.map((state) => state?.contacts)).toEqual([[], []])
  })

  it('SIM-S7: are encoded for nodes that take only bytes, as those of createNode', async () => {
    const lives = [true, false].map(async (encoded) => {
      const world = new LiveWorld({ seed: 7, encoded, network: { loss: 0.05 } })
      const trace = fullTrace(world)
      world.grow(10)
      const [alice, bob] = [await world.createNode(), await world.createNode()]
      const { endpoints } = await world.run(async () => {
        await alice.enter('ab'.repeat(32), 8080)
        await world.sleep(60 * 60_000)
        return bob.lookup('ab'.repeat(32))
      })
      const { events, network } = world
      return { endpoints, events, traffic: network.traffic, trace: trace.value }
    })
    const [written, unwritten] = await Promise.all(lives)
    expect(written?.endpoints).toHaveLength(1)
    expect(unwritten).toEqual(written)
  })

  it.each([true, false])('are what honest nodes send, unless encoded: %s', (encoded) => {
    const world = new World({ seed: 5, encoded })
    const seen = { written: 0, unwritten: 0 }
    world.network.intercept((packet) => {
      const { content } = packet as LazyPacket
      seen[content instanceof Uint8Array ? 'written' : 'unwritten']++
      return undefined
    })
    world.grow(10)
    const { sent } = world.network.traffic
    expect(sent).toBeGreaterThan(100)
    expect(seen).toEqual(
      encoded ? { written: sent, unwritten: 0 } : { written: 0, unwritten: sent },
    )
  })
})
