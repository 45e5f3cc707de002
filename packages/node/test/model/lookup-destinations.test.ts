// Compares what a lookup may send to an endpoint with a list of all that was sent, named and
// answered.

import { idFromBytes } from '@dht/id'
import { type Contact, contact, endpoint } from '@dht/krpc'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressServices, MAX_NAMED_PER_MINUTE } from '../../src/core/address-services.ts'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import {
  LookupDestinations,
  MAX_PER_ENDPOINT,
  MAX_UNANSWERED_PER_HOST,
} from '../../src/core/lookups/lookup-destinations.ts'
import type { Services } from '../../src/core/services.ts'

const FLOORS = { sent: 1_000, endpoint: 300, host: 100, namer: 10, proven: 100 }

/** An endpoint of one of three hosts. */
const anyContact = fc
  .tuple(fc.nat(2), fc.integer({ min: 1, max: 12 }), fc.nat(3))
  .map(([host, port, id]) =>
    contact(idFromBytes(new Uint8Array(32).fill(id)), endpoint(`40.0.${host}.1`, port)),
  )
const anyNamer = fc
  .nat(1)
  .map((host) => contact(idFromBytes(new Uint8Array(32)), endpoint(`50.0.${host}.1`, 1)))

const anyStep = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      to: fc.array(anyContact, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('named' as const),
      by: anyNamer,
      contacts: fc.array(anyContact, { minLength: 4, maxLength: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('answered' as const), by: anyContact }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('proven' as const), who: anyContact }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(10_000) }) },
  { weight: 5, arbitrary: fc.constant({ kind: 'lookup' as const }) },
)

interface Sent {
  readonly to: Contact
  readonly at: number
  readonly namer: string | undefined
  readonly wasProven: boolean
  isAnswered: boolean
}

class DestinationsModel {
  sent: Sent[] = []
  named: { readonly by: string; readonly key: string }[] = []
  /** What all lookups sent to endpoints that a namer named. */
  readonly byNamer: { readonly namer: string; readonly at: number }[]

  constructor(byNamer: { readonly namer: string; readonly at: number }[]) {
    this.byNamer = byNamer
  }

  /** Why nothing may be sent there; `sent`: it may, and is counted. */
  take(to: Contact, isProven: boolean, now: number): keyof typeof FLOORS {
    const there = this.sent.filter((each) => {
      return each.to.endpointKey === to.endpointKey && !each.isAnswered
    })
    if (there.length >= MAX_PER_ENDPOINT) return 'endpoint'
    let namer: string | undefined
    if (!isProven) {
      const { address } = to.endpoint
      const silent = this.sent.filter((each) => !each.wasProven && !each.isAnswered)
      const ofHost = silent.filter((each) => each.to.endpoint.address === address)
      if (ofHost.length >= MAX_UNANSWERED_PER_HOST) return 'host'
      const namers = this.named.filter(({ key }) => key === to.endpointKey).map(({ by }) => by)
      namer = namers.find((each) => this.#countOf(each, now) < MAX_NAMED_PER_MINUTE)
      if (namers.length > 0 && namer === undefined) return 'namer'
      if (namer !== undefined) this.byNamer.push({ namer, at: now })
    }
    this.sent.push({ to, at: now, namer, wasProven: isProven, isAnswered: false })
    return isProven ? 'proven' : 'sent'
  }

  #countOf(namer: string, now: number): number {
    return this.byNamer.filter((each) => each.namer === namer && each.at > now - 60_000).length
  }
}

describe('the destinations of a lookup are their model', () => {
  it('AMP-9, AMP-10: in every script of names, queries, answers and lookups', () => {
    const census = new Census<keyof typeof FLOORS>('lookup destinations', FLOORS)
    const script = fc.array(anyStep, { minLength: 100, maxLength: 300, size: 'max' })
    fc.assert(
      fc.property(script, (steps) => {
        const services = addressServices(resolveCoreOptions()) as Services
        let real = new LookupDestinations(services)
        let model = new DestinationsModel([])
        let now = 0
        for (const step of steps) {
          if (step.kind === 'pass') now += step.ms
          if (step.kind === 'proven') services.proven.add(step.who.endpoint, now)
          if (step.kind === 'lookup') {
            real = new LookupDestinations(services)
            model = new DestinationsModel(model.byNamer)
          }
          if (step.kind === 'named') {
            real.named({ contacts: step.contacts, namer: step.by }, now)
            const by = step.by.endpoint.address
            const unproven = step.contacts.filter((c) => !services.proven.has(c.endpoint, now))
            model.named.push(...unproven.map(({ endpointKey: key }) => ({ by, key })))
          }
          if (step.kind === 'answered') {
            real.responded(step.by)
            for (const each of model.sent) {
              if (each.to.endpointKey === step.by.endpointKey) each.isAnswered = true
            }
          }
          if (step.kind !== 'send') continue
          for (const to of step.to) {
            const outcome = model.take(to, services.proven.has(to.endpoint, now), now)
            expect(real.take(to, now)).toBe(outcome === 'sent' || outcome === 'proven')
            census.count(outcome)
          }
        }
      }),
      // Shrinking scripts of so many steps takes minutes.
      { endOnFailure: true },
    )
    expect(census.close()).toEqual([])
  })
})
