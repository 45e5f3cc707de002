// A region lookup: the same as a lookup where the density is as expected, and a sweep that reaches
// the honest nodes of the region where somebody has crowded around the target.
import { type Id, idToBigInt, type RandomSource } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RegionLookup, type RegionLookupOptions } from '../../src/index.ts'
import { name } from '../model/lookup.agreement.ts'
import { initOf, newLookup, optionsOf, play, script } from '../model/lookup.script.ts'
import { below, type Chance, chance, sample } from '../support/chance.ts'
import { type CrowdOptions, crowdedNetwork } from '../support/crowd.ts'
import { type TestNode, testNode, uniformValues } from '../support/network.ts'
import { type Query, type Reply, sweep } from '../support/sweep.ts'

/** The part of the region whose nodes are all waited for, as the README says. */
const AWAITED_SHARE = 0.75

const randomOf =
  (random: Chance): RandomSource =>
  (length) =>
    Uint8Array.from({ length }, () => below(256, random))

/** A small world of liars and honest nodes, all of which may be silent or answer as another id. */
interface World {
  readonly seed: number
  readonly k: number
  readonly alpha: number
  readonly region: number
  readonly ground: number
  readonly subnets: number
  readonly maxPerSubnet: number
  readonly maxSweepQueries: number
}

const world: fc.Arbitrary<World> = fc.record({
  seed: fc.nat(),
  k: fc.integer({ min: 1, max: 4 }),
  alpha: fc.integer({ min: 1, max: 3 }),
  region: fc.constantFrom(0.05, 0.1, 0.3, 1),
  ground: fc.integer({ min: 5, max: 40 }),
  subnets: fc.integer({ min: 1, max: 12 }),
  maxPerSubnet: fc.integer({ min: 1, max: 3 }),
  maxSweepQueries: fc.integer({ min: 1, max: 60 }),
})

/** Among the ids that are named. */
const SELF = 3n

interface Swept {
  readonly lookup: RegionLookup<TestNode>
  readonly queries: readonly Query[]
  readonly subnetOf: (node: TestNode) => string
}

function sweepOf(drawn: World, check?: (queries: readonly Query[]) => void): Swept {
  const { seed, k, alpha, region, subnets, maxPerSubnet, maxSweepQueries } = drawn
  const random = chance(seed)
  const honest = uniformValues(40, 2, random)
  const ground = Array.from({ length: drawn.ground }, (_, at) => BigInt(at))
  const nodes = [...new Set([...honest, ...ground])].map((value) => testNode(value, 2))
  const subnetOf = ({ value }: TestNode): string => `s${value % BigInt(subnets)}`
  const reply: Reply = ({ contact }) => {
    if (random() < 0.2) return 'silence'
    const responder = random() < 0.1 ? sample(nodes, 1, random)[0]! : contact
    const closer = sample(nodes, below(2 * k + 1, random), random)
    return { responder, closer, token: Uint8Array.of(1) }
  }
  const options: RegionLookupOptions<TestNode> = {
    ...{ k, alpha, maxPerSubnet, maxSweepQueries, subnetOf },
    endpointOf: ({ address }) => address,
  }
  const init = {
    target: testNode(0n, 2).id,
    self: testNode(SELF, 2).id,
    startingContacts: sample(nodes, k, random),
    ownContacts: (_near: Id, count: number) => sample(nodes, Math.min(count, 12), random),
    ...{ region, random: randomOf(random) },
  }
  const lookup: RegionLookup<TestNode> = new RegionLookup(init, options)
  const queries = sweep(lookup, reply, random, (sent) => check?.(sent))
  return { lookup, queries, subnetOf }
}

describe('region lookup', () => {
  it('SEARCH-31: is exactly a lookup where the region is not crowded', () => {
    let compared = 0
    const onScript = fc.property(script, (drawn) => {
      const { setup } = drawn
      const { region } = setup
      const plain = { ...drawn, setup: { ...setup, region: AWAITED_SHARE * region } }
      const lookup = newLookup(plain.setup)
      const both = new RegionLookup<TestNode>(
        { ...initOf(setup), random: () => new Uint8Array(setup.width) },
        optionsOf(setup),
      )
      const steps = new Map<TestNode, Query['step']>()
      for (const { event, step } of play(plain)) {
        if (both.isSweeping) return
        if (step !== undefined) {
          const [one, other] = [lookup.next(), both.next()]
          expect(other.kind).toBe(one.kind)
          if (one.kind !== 'query' || other.kind !== 'query') continue
          expect(other.contact).toBe(one.contact)
          expect(other.toward).toBe(undefined)
          steps.set(other.contact, other)
        } else if (event?.kind === 'abort') {
          lookup.abort()
          both.abort()
        } else if (event !== undefined) {
          const asked = steps.get(event.asked)
          if (asked === undefined) continue
          if (event.kind === 'stall') {
            lookup.stalled(event.asked)
            both.stalled(asked)
          } else if (event.kind === 'fail') {
            lookup.failed(event.asked)
            both.failed(asked)
          } else if (event.kind === 'respond') {
            const { responder, closer, token } = event
            const response = { responder, closer, token: Uint8Array.of(token ?? 0) }
            expect(both.responded(asked, response)).toEqual(lookup.responded(event.asked, response))
          }
        }
        if (both.isSweeping) return
        compared += 1
        expect(both.tally).toEqual(lookup.tally)
        expect(both.closest()).toEqual(lookup.closest())
        expect(both.writeTargets()).toEqual(lookup.writeTargets())
        expect([both.isDone, both.pending]).toEqual([lookup.isDone, lookup.pending])
      }
    })
    fc.assert(onScript)
    expect(compared).toBeGreaterThan(5 * (fc.readConfigureGlobal().numRuns ?? 100))
  })

  it('SEARCH-32: asks the honest nodes of a region around which others have crowded', () => {
    const settings: CrowdOptions[] = [
      { honest: 500, ground: 200, subnets: 16 },
      { honest: 500, ground: 40, subnets: 40 },
      { honest: 150, ground: 100, subnets: 8 },
    ]
    let inside = 0
    let asked = 0
    for (const [at, setting] of settings.entries()) {
      for (let seed = 0; seed < 4; seed++) {
        const random = chance(100 * at + seed)
        const { init, options, reply, honestInside } = crowdedNetwork(setting, random)
        const lookup = new RegionLookup({ ...init, random: randomOf(random) }, options)
        const queries = sweep(lookup, reply, random)
        expect(lookup.isSweeping).toBe(true)
        const byGoal = queries.filter(({ step }) => step.toward === undefined)
        const values = new Set(byGoal.map(({ step }) => step.contact.value))
        const written = new Set(lookup.writeTargets().map(({ contact }) => contact.value))
        const found = honestInside.filter(({ value }) => values.has(value))
        inside += honestInside.length
        asked += found.length
        // What is asked for a value is written to as well.
        for (const { value } of found) expect(written).toContain(value)
      }
    }
    expect(asked).toBeGreaterThanOrEqual(0.97 * inside)
  })

  it('SEARCH-3, SEARCH-33: asks no endpoint twice, never ourselves, few nodes of a subnet', () => {
    let sweeps = 0
    fc.assert(
      fc.property(world, (drawn) => {
        const { lookup, queries, subnetOf } = sweepOf(drawn)
        sweeps += Number(lookup.isSweeping)
        const asked = queries.filter(({ step, isSweeping }) => {
          return isSweeping && step.toward === undefined
        })
        const endpoints = asked.map(({ step }) => step.contact.address)
        expect(new Set(endpoints).size).toBe(endpoints.length)
        for (const { step } of asked) {
          expect(step.contact.value).not.toBe(SELF)
          const there = asked.filter((one) => subnetOf(one.step.contact) === subnetOf(step.contact))
          expect(there.length).toBeLessThanOrEqual(drawn.maxPerSubnet)
        }
      }),
    )
    expect(sweeps).toBeGreaterThan(10)
  })

  it('SEARCH-38: no walk of a sweep asks whom the walk toward the target has asked', () => {
    let walked = 0
    fc.assert(
      fc.property(world, (drawn) => {
        const { queries } = sweepOf(drawn)
        const before = queries.filter(({ isSweeping }) => !isSweeping)
        const asked = new Set(before.map(({ step }) => step.contact.value))
        for (const { step } of queries) {
          if (step.toward === undefined) continue
          walked += 1
          expect(asked).not.toContain(step.contact.value)
        }
      }),
    )
    expect(walked).toBeGreaterThan(10)
  })

  it.each([
    { region: 'dense', liars: 7, isChecked: true },
    { region: 'not dense', liars: 6, isChecked: false },
  ])('SEARCH-37: walks once more where the region is $region', ({ liars, isChecked }) => {
    const node = (value: number): TestNode => testNode(BigInt(value), 2)
    const nearby = Array.from({ length: liars }, (_, i) => node(i + 1))
    const others = Array.from({ length: 8 }, (_, i) => node(0x3000 + i))
    const far = Array.from({ length: 8 }, (_, i) => node(0x8000 + i))
    const missed = node(0x100)
    const init = {
      target: node(0).id,
      self: node(0xffff).id,
      startingContacts: [...nearby, ...others],
      ownContacts: () => far,
      random: randomOf(chance(1)),
      region: 0.05,
    }
    const lookup = new RegionLookup<TestNode>(init, { endpointOf: ({ address }) => address })
    const known = [...nearby, ...others]
    const reply: Reply = ({ contact }) => {
      const closer = known.includes(contact) ? known : [missed]
      return { responder: contact, closer, token: Uint8Array.of(1) }
    }
    const queries = sweep(lookup, reply, chance(2))
    const byGoal = queries.filter(({ step }) => step.toward === undefined)
    expect(queries.length > byGoal.length).toBe(isChecked)
    expect(byGoal.some(({ step }) => step.contact.value === missed.value)).toBe(isChecked)
    const written = lookup.writeTargets().map(({ contact }) => contact.value)
    expect(written.includes(missed.value)).toBe(isChecked)
  })

  it('SEARCH-34: always ends, sends nothing after maxSweepQueries, and repeats itself', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { lookup, queries } = sweepOf(drawn)
        expect(lookup.isDone).toBe(true)
        for (const [sentBefore, { isSweeping }] of queries.entries()) {
          if (isSweeping) expect(sentBefore).toBeLessThan(drawn.maxSweepQueries)
        }
        const textOf = ({ step, outcome }: Query): string => {
          return `${name(step.contact)} ${step.toward && idToBigInt(step.toward)} ${outcome}`
        }
        expect(sweepOf(drawn).queries.map(textOf)).toEqual(queries.map(textOf))
      }),
    )
  })

  it('SEARCH-35: each query of each path has one outcome, and the tally adds up', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { lookup, queries } = sweepOf(drawn)
        const { queried, responded, failed } = lookup.tally
        expect(queried).toBe(queries.length)
        const accepted = queries.filter(({ outcome }) => outcome === 'accepted')
        expect(responded).toBe(accepted.length)
        const ended = queries.filter(({ outcome }) => {
          return outcome !== undefined && outcome !== 'ignored' && outcome !== 'accepted'
        })
        // A response to one query of an id ends the other ones, and later responses are ignored.
        expect(failed).toBeGreaterThanOrEqual(
          ended.filter(({ outcome }) => outcome !== 'failed').length,
        )
        expect(responded + failed).toBeLessThanOrEqual(queried)
        const targets = lookup.writeTargets().map(({ contact }) => contact.value)
        expect(new Set(targets).size).toBe(targets.length)
      }),
    )
  })
})
