// A walk for samples (BEP 51) through a hundred nodes of Mainline.

import { idFromBytes, idToHex, randomId } from '@dht/id'
import { mainline } from '@dht/krpc'
import type { NodeSample, Outcome } from '@dht/node/core'
import { type Host, planeLatency, World } from '@dht/sim'
import { expect, it, vi } from 'vitest'

// A hundred nodes take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const NODES = 100
const KEYS = 60
const MINUTE_MS = 60_000

interface Walked {
  readonly outcome: Outcome
  readonly samples: readonly NodeSample[]
}

function walk(world: World, host: Host): Walked {
  const samples: NodeSample[] = []
  const onSample = (sample: NodeSample): void => {
    samples.push(sample)
  }
  const outcome = world.settle(host, host.request({ kind: 'sample', onSample }))
  return { outcome, samples }
}

const hex = (target: Uint8Array): string => idToHex(idFromBytes(target))

/** The info hashes that any node stores. */
function storedIn(world: World): Set<string> {
  const stored = world.honest.flatMap((host) => {
    return host.node.core.inspect(host.now).store.peers.map(({ target }) => hex(target))
  })
  return new Set(stored)
}

it('SAMPLE-3: finds every info hash that is stored, and asks every node once', () => {
  const network = { latency: planeLatency({ acrossMs: 80, jitterMs: 10 }) }
  const world = new World({ seed: 51, network, core: { network: mainline } })
  const hosts = world.grow(NODES)
  world.advance(MINUTE_MS)
  const chance = world.chance.branch('keys')
  for (let n = 0; n < KEYS; n++) {
    const target = randomId(mainline.idLength, (length) => chance.bytes(length))
    hosts[n % NODES]!.request({ kind: 'enter', target, port: 1_000 + n })
  }
  world.advance(2 * MINUTE_MS)
  const stored = storedIn(world)
  expect(stored.size).toBe(KEYS)

  const walker = hosts[7]!
  const received = (): number[] =>
    hosts.map(({ node, now }) => node.core.info(now).counters.queriesReceived['sample_infohashes']!)
  const { outcome, samples } = walk(world, walker)
  const found = new Set(samples.flatMap(({ infohashes }) => infohashes.map(idToHex)))
  const ofOthers = [...stored].filter((key) => found.has(key))
  expect(ofOthers).toHaveLength(KEYS)
  expect([...found].every((key) => stored.has(key))).toBe(true)
  expect(outcome).toMatchObject({ result: { queried: NODES - 1, sampled: NODES - 1 } })
  expect(received()).toEqual(hosts.map((host) => (host === walker ? 0 : 1)))

  const again = walk(world, walker)
  expect(again.outcome).toMatchObject({ result: { queried: 0, sampled: 0 } })
  world.advance(60 * MINUTE_MS)
  walk(world, walker)
  expect(received()).toEqual(hosts.map((host) => (host === walker ? 0 : 2)))
})
