// The invariants of items hold in an honest world of Mainline, and are violated by what nobody has
// put, by what has expired, by an older version, and by a copy that is missing.

import { decodeMessage, mainline } from '@dht/krpc'
import { Chance, type CoreStep, type Host, InvariantChecker, LATENCIES, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { coreStep } from '../../../src/invariants/core-step.ts'
import { exactnessViolations } from '../../../src/invariants/exactness.ts'
import { ItemSoundness } from '../../../src/invariants/items.ts'
import { itemRequest, itemTarget, scriptItem } from '../../../src/script-items.ts'

const PATIENT = { timeout: 60_000 }
const K = 4
const LOOKUP_MS = 90_000
const DAY_MS = 24 * 3_600_000

function grown(seed: number): { readonly world: World; readonly hosts: readonly Host[] } {
  const network = { latency: LATENCIES.clustered }
  const world = new World({ seed, network, core: { network: mainline, k: K } })
  return { world, hosts: world.grow(10) }
}

function watched(world: World): InvariantChecker {
  const checker = new InvariantChecker({ name: 'items', invariants: [new ItemSoundness()] })
  world.watch((event) => checker.afterEvent(world, event))
  return checker
}

function put(world: World, host: Host, key: number, seq: number): void {
  host.request(itemRequest({ kind: 'put', host: 0, key, seq }), { settled: () => {} })
  world.advance(LOOKUP_MS)
}

function get(world: World, host: Host, key: number, isMutable: boolean): void {
  host.request(itemRequest({ kind: 'get', host: 0, key, isMutable }), { settled: () => {} })
  world.advance(LOOKUP_MS)
}

/** A step of a node that stores the newest version of an item. */
function stepOf(world: World, holder: Host): CoreStep {
  const timeout = { kind: 'timeout', at: world.now, host: holder.number, effects: [] } as const
  const after = holder.core!.inspect(holder.now)
  return coreStep(world, timeout, { before: after, after })
}

function holderOf(world: World): Host {
  const holder = world.honest.find(({ core, now }) => core!.inspect(now).items.items.length > 0)
  if (holder === undefined) throw new Error('no node stores an item')
  return holder
}

describe('SIM-S12: items', PATIENT, () => {
  it('are true in an honest world, and violated by what nobody has put', () => {
    const { world, hosts } = grown(1)
    const checker = watched(world)
    put(world, hosts[1]!, 1, 0)
    put(world, hosts[2]!, 1, 1)
    put(world, hosts[3]!, 1, 2)
    // All refuse it, because they have a newer one.
    put(world, hosts[6]!, 1, 1)
    get(world, hosts[4]!, 1, true)
    get(world, hosts[5]!, 1, false)
    expect(checker.violations).toEqual([])
    // One that has not seen the puts takes the same items for false ones.
    const [unaware, found] = [new ItemSoundness(), new Set<string>()]
    const afterStep = (step: CoreStep): readonly string[] => {
      for (const text of unaware.afterStep(step)) found.add(text)
      return []
    }
    const listener = new InvariantChecker({ name: 'all', invariants: [{ name: '', afterStep }] })
    world.watch((event) => listener.afterEvent(world, event))
    get(world, hosts[4]!, 1, true)
    expect(found).toEqual(
      new Set([
        'SIM-S12: an item was got that nobody has put',
        'SIM-S12: a reply with an item that nobody has put',
        'SIM-S12: a stored item nobody has put',
      ]),
    )
    expect(checker.violations).toEqual([])
  })

  it('are violated by an older version in the place of a newer one', () => {
    const { world, hosts } = grown(2)
    const invariant = new ItemSoundness()
    const checker = new InvariantChecker({ name: 'items', invariants: [invariant] })
    world.watch((event) => checker.afterEvent(world, event))
    put(world, hosts[1]!, 1, 1)
    const holder = holderOf(world)
    const older = holder.core!.inspect(holder.now)
    put(world, hosts[1]!, 1, 2)
    const step = stepOf(world, holder)
    expect(invariant.afterStep({ ...step, before: older })).toEqual([])
    expect(invariant.afterStep({ ...step, after: older })).toEqual([
      'SIM-S12: an older version took the place of a newer one',
    ])
  })

  it('are violated by a reply with an item that has expired', () => {
    const { world, hosts } = grown(3)
    const invariant = new ItemSoundness()
    const checker = new InvariantChecker({ name: 'items', invariants: [invariant] })
    world.watch((event) => checker.afterEvent(world, event))
    put(world, hosts[1]!, 1, 0)
    const holder = holderOf(world)
    const { v } = scriptItem(1, 0)
    const [to, transactionId] = [hosts[2]!.endpoint, Uint8Array.of(1)]
    const message = { kind: 'response', transactionId, id: holder.node.id, v } as const
    const replying = { ...stepOf(world, holder), sent: [{ bytes: v, to, message }] }
    expect(invariant.afterStep(replying)).toEqual([])
    world.advance(DAY_MS)
    expect(invariant.afterStep({ ...replying, after: undefined, before: replying.before })).toEqual(
      ['SIM-S12: a reply with an item that has expired'],
    )
  })
})

describe('SIM-K4: items are at the nearest', PATIENT, () => {
  it('in a whole network, and not if a node loses what is put at it', () => {
    const { world, hosts } = grown(4)
    const violations = () => exactnessViolations(world, K, Chance.of('exactness'))
    expect(violations()).toEqual([])
    const target = String(itemTarget(1_000, true))
    const [lost] = holders(world, target)
    world.advance(3 * 3_600_000)
    world.network.intercept(({ bytes, to }) => {
      const message = decodeMessage(bytes.slice(), mainline)
      const isPut = message.kind === 'query' && message.method === 'put'
      return isPut && to.address === lost!.endpoint.address ? [] : undefined
    })
    const found = violations()
    expect(new Set(found.map(({ property }) => property))).toEqual(new Set(['SIM-K4']))
    const seen = found.map((each) => each.seen)
    expect(seen).toContainEqual(expect.stringContaining('not at all of the'))
    expect(hosts).toContain(lost)
  })
})

function holders({ honest }: World, target: string): Host[] {
  return honest.filter(({ core, now }) =>
    core!.inspect(now).items.items.some((each) => String(each.target) === target),
  )
}
