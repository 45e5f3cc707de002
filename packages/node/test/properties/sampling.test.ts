// Samples of info hashes, BEP 51: what a node hands out, and how politely it walks for them.

import { idKey, randomId } from '@dht/id'
import { contact, endpoint, mainline, type Response } from '@dht/krpc'
import { PeerStore } from '@dht/store'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { MAX_SAMPLES, TargetSample } from '../../src/core/methods/target-sample.ts'
import type { NodeSample } from '../../src/core/sampling/sample-walk.ts'
import { Bench, isAt } from '../support/bench.ts'

const HOUR_MS = 3_600_000
const core = { network: mainline, quietMs: 1_000_000_000 }
const anyTarget = (seed: number) => randomId(20, seededRandom(seed))

/** Node `n`: the address of each is another one. */
function contactOf(n: number) {
  return contact(anyTarget(1_000 + n), endpoint(`20.0.${n >> 8}.${n & 255}`, 4_000))
}

describe('SAMPLE-1: the sample that a node hands out', () => {
  it('stays the same until its interval is over; every target is in one sooner or later', () => {
    const store = new PeerStore(seededRandom(1), { lifetimeMs: 1_000 * HOUR_MS })
    const targets = Array.from({ length: 3 * MAX_SAMPLES }, (_, n) => anyTarget(n))
    for (const [n, target] of targets.entries()) {
      store.put({ target, peer: Uint8Array.of(10, 0, n, 1, 1, 1), sourcePort: 1 }, 0)
    }
    const sample = new TargetSample(store, HOUR_MS)
    const counts = new Map(targets.map((target) => [idKey(target), 0]))
    for (let hour = 0; hour < 300; hour++) {
      const first = sample.at(hour * HOUR_MS)
      expect(first).toMatchObject({ interval: 3_600, stored: targets.length })
      expect(first.targets).toHaveLength(MAX_SAMPLES)
      expect(sample.at(hour * HOUR_MS + HOUR_MS - 1).targets).toBe(first.targets)
      for (const target of first.targets) {
        const key = idKey(target as never)
        counts.set(key, counts.get(key)! + 1)
      }
    }
    // 100 on average, with a standard deviation of 8.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(45)
  })

  it('has every target as long as they fit a sample', () => {
    const store = new PeerStore(seededRandom(1), { lifetimeMs: HOUR_MS })
    const sample = new TargetSample(store, HOUR_MS)
    expect(sample.at(0).targets).toEqual([])
    for (let n = 1; n <= MAX_SAMPLES; n++) {
      store.put({ target: anyTarget(n), peer: Uint8Array.of(10, 0, n, 1, 1, 1), sourcePort: 1 }, n)
      expect(sample.at(n)).toMatchObject({ stored: n })
      expect(sample.at(n).targets).toHaveLength(n)
    }
  })

  it('names no target that has expired, as long as they fit a sample', () => {
    const store = new PeerStore(seededRandom(1), { lifetimeMs: HOUR_MS })
    const sample = new TargetSample(store, HOUR_MS)
    const put = (n: number, now: number): void => {
      const peer = Uint8Array.of(10, 0, n, 1, 1, 1)
      store.put({ target: anyTarget(n), peer, sourcePort: 1 }, now)
    }
    put(1, 0)
    put(2, HOUR_MS / 2)
    expect(sample.at(HOUR_MS / 2).targets).toHaveLength(2)
    // The interval of that sample is not over yet.
    store.expire(HOUR_MS + 1)
    expect(sample.at(HOUR_MS + 1)).toMatchObject({ stored: 1, targets: [anyTarget(2)] })
    store.expire(1.5 * HOUR_MS + 1)
    expect(sample.at(1.5 * HOUR_MS + 1)).toMatchObject({ stored: 0, targets: [] })
  })

  it('fits every reply, with interval, number and contacts of both families', () => {
    const locals = [endpoint('10.0.0.1', 6881), endpoint('2001:db8::1', 6881)]
    const bench = new Bench({ core, locals })
    for (let n = 1; n <= 10; n++) {
      bench.addMember()
      bench.addMember(bench.newContact({ endpoint: endpoint(`2001:db8:${n}::1`, 1) }))
    }
    for (let n = 0; n < 50; n++) bench.announceFrom(bench.newContact(), anyTarget(n), 1)
    const want = { n4: true, n6: true }
    const query = { method: 'sample_infohashes', target: anyTarget(99), readOnly: true } as const
    for (const put of [query, { ...query, want }]) {
      const reply = bench.queryFrom(bench.prove(bench.newContact()), put) as Response
      expect(reply).toMatchObject({ interval: 3_600n, num: 50n })
      expect(reply.samples!.length).toBeLessThanOrEqual(20 * MAX_SAMPLES)
      expect(reply.samples!.length % 20).toBe(0)
    }
    const full = bench.queryFrom(bench.prove(bench.newContact()), query) as Response
    expect(full.samples).toHaveLength(20 * MAX_SAMPLES)
    expect(full.nodes).toHaveLength(8 * 26)
  })

  it('is empty and not absent when nothing is stored', () => {
    const reply = new Bench({ core }).queryFrom(contactOf(1), {
      method: 'sample_infohashes',
      target: anyTarget(1),
    }) as Response
    expect(reply).toMatchObject({ num: 0n, samples: new Uint8Array(0) })
  })
})

/** A node that walks through `count` others, each of which names the next three. */
class Walk {
  readonly bench = new Bench({ core })
  readonly asked: { readonly n: number; readonly at: number }[] = []
  readonly samples: NodeSample[] = []
  readonly #count: number
  readonly #respond: (n: number) => Partial<Response> | undefined

  constructor(count: number, respond: (n: number) => Partial<Response> | undefined) {
    this.#count = count
    this.#respond = respond
    this.bench.addMember(contactOf(0))
    this.bench.take()
  }

  start(): number {
    return this.bench.request({
      kind: 'sample',
      onSample: (sample: NodeSample) => this.samples.push(sample),
    } as never)
  }

  pass(ms: number): void {
    this.bench.passWith(ms, () => this.#react())
  }

  run(): number {
    const operationId = this.start()
    this.pass(10_000)
    return operationId
  }

  #react(): void {
    const { bench } = this
    for (let sent = bench.take(); sent.length > 0; sent = bench.take()) {
      for (const query of sent) {
        const { message, to } = query
        if (message.kind !== 'query') continue
        const n = Array.from({ length: this.#count }, (_, i) => i).find((i) =>
          isAt(to, contactOf(i)),
        )!
        if (message.method !== 'sample_infohashes') {
          bench.respond(query, contactOf(n))
          continue
        }
        this.asked.push({ n, at: bench.now })
        const results = this.#respond(n)
        const next = [1, 2, 3].map((step) => contactOf((n + step) % this.#count))
        if (results !== undefined) bench.respond(query, contactOf(n), { nodes: next, ...results })
      }
    }
  }
}

const full = (n: number) => ({ interval: 600n, num: 1n, samples: anyTarget(n).slice() })

describe('SAMPLE-2: a walk for samples', () => {
  it('asks every node once, tells what each returned, and ends', () => {
    const walk = new Walk(200, full)
    const operationId = walk.run()
    expect(walk.asked.map(({ n }) => n).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, n) => n),
    )
    const found = walk.samples.map(({ from, infohashes }) => [
      from.endpointKey,
      infohashes.map(idKey),
    ])
    const expected = Array.from({ length: 200 }, (_, n) => {
      return [contactOf(n).endpointKey, [idKey(anyTarget(n))]]
    })
    expect(new Map(found as never)).toEqual(new Map(expected as never))
    const result = { queried: 200, sampled: 200 }
    expect(walk.bench.outcomes.get(operationId)).toEqual({ kind: 'sampled', result })
  })

  it('asks a node again only after its interval, over all walks', () => {
    const walk = new Walk(30, full)
    walk.run()
    for (let minute = 0; minute < 25; minute++) {
      walk.start()
      walk.start()
      walk.pass(60_000)
    }
    for (let n = 0; n < 30; n++) {
      const times = walk.asked.filter((each) => each.n === n).map(({ at }) => at)
      for (const [i, at] of times.entries()) {
        if (i > 0) expect(at - times[i - 1]!).toBeGreaterThanOrEqual(600_000)
      }
    }
    expect(walk.asked.filter(({ n }) => n === 0).length).toBeGreaterThanOrEqual(2)
  })

  it('asks a node without the method once in six hours, with the interval 0 once a minute', () => {
    const walk = new Walk(2, (n) => (n === 0 ? { interval: 0n, samples: new Uint8Array(0) } : {}))
    for (let second = 0; second < 600; second += 30) {
      walk.start()
      walk.pass(30_000)
    }
    expect(walk.asked.filter(({ n }) => n === 0)).toHaveLength(10)
    expect(walk.asked.filter(({ n }) => n === 1)).toHaveLength(1)
  })

  it('takes no node for dead that does not respond, and sends it nothing twice', () => {
    const walk = new Walk(5, () => undefined)
    const operationId = walk.run()
    expect(walk.asked).toHaveLength(1)
    expect(walk.bench.info.overlays[0]!.contacts).toMatchObject({ good: 1, bad: 0 })
    const result = { queried: 1, sampled: 0 }
    expect(walk.bench.outcomes.get(operationId)).toEqual({ kind: 'sampled', result })
  })

  it('has at most alpha queries open, and none after it is cancelled', () => {
    const walk = new Walk(20, full)
    for (let n = 1; n < 20; n++) walk.bench.addMember(contactOf(n))
    walk.bench.take()
    const operationId = walk.start()
    expect(walk.bench.take()).toHaveLength(3)
    walk.bench.start({ kind: 'cancel', operationId })
    expect(walk.bench.info.overlays[0]!.openQueries).toBe(0)
    expect(walk.bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
    walk.pass(10_000)
    expect(walk.asked).toEqual([])
  })
})

describe('SAMPLE-2: what is no fault of the queried node', () => {
  const sampling = { kind: 'sample', onSample: () => {} } as const
  const other = contactOf(9)
  /** No join sends queries of its own. */
  const alone = { ...core, rejoinMs: HOUR_MS, rejoinMaxMs: HOUR_MS }

  it('SAMPLE-2: a node that ignores the method is no suspect', () => {
    const bench = new Bench({ core: alone })
    const who = bench.addMember(contactOf(0))
    bench.request(sampling)
    bench.pass(10_000)
    expect(bench.info.counters.queriesTimedOut).toBe(1)
    bench.request({ kind: 'ping', to: who.endpoint })
    const [open] = bench.core.inspect(bench.now).overlays[0]!.openQueries
    expect(open?.isSuspect).toBe(false)
    // One that ignores a ping is.
    bench.pass(10_000)
    bench.request({ kind: 'ping', to: who.endpoint })
    expect(bench.core.inspect(bench.now).overlays[0]!.openQueries[0]?.isSuspect).toBe(true)
  })

  it('SAMPLE-2: a node is queried later when too many queries are open', () => {
    const bench = new Bench({ core: { ...alone, maxTransactions: 1 } })
    const who = bench.addMember(contactOf(0))
    bench.take()
    bench.request({ kind: 'ping', to: other.endpoint })
    const operationId = bench.request(sampling)
    expect(bench.take().filter(({ to }) => isAt(to, who))).toEqual([])
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.pass(5_000)
    const query = bench.takeLast(who)
    expect(query.message).toMatchObject({ method: 'sample_infohashes' })
    bench.respond(query, who, full(1))
    expect(bench.outcomes.get(operationId)).toEqual({
      kind: 'sampled',
      result: { queried: 1, sampled: 1 },
    })
  })

  it('SAMPLE-2: a node is queried later when its query has waited too long for its turn', () => {
    const pace = { perSecond: 0.5, burst: 4 }
    const bench = new Bench({
      core: { ...alone, network: { ...mainline, pace }, paceWaitMs: 1_000 },
    })
    const who = bench.addMember(contactOf(0))
    for (let n = 0; n < 3; n++) bench.request({ kind: 'ping', to: who.endpoint })
    bench.take()
    const operationId = bench.request(sampling)
    bench.pass(1_500)
    expect(bench.info.counters.queriesDropped).toBe(1)
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.pass(10_000)
    const sent = bench
      .take()
      .filter(({ message }) => message.kind === 'query' && message.method === 'sample_infohashes')
    expect(sent).toHaveLength(1)
    bench.respond(sent[0]!, who, full(1))
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { queried: 1 } })
  })

  it('SAMPLE-2: a cancelled walk that waits asks nobody', () => {
    const bench = new Bench({ core: { ...alone, maxTransactions: 1 } })
    const who = bench.addMember(contactOf(0))
    bench.request({ kind: 'ping', to: other.endpoint })
    const operationId = bench.request(sampling)
    bench.start({ kind: 'cancel', operationId })
    bench.take()
    bench.pass(10_000)
    expect(bench.take().filter(({ to }) => isAt(to, who))).toEqual([])
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
  })
})
