// Hostile scripts for a lookup in a world that has no clock, no chance and no timers of its own.

import { withoutAmbience } from '@dht/testing/without-ambience'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Publish } from '../../src/index.ts'
import { testNode } from '../support/network.ts'
import { play, script } from './lookup.script.ts'

it('TIME-51: a lookup and a publish live on their arguments alone', () => {
  const drawn = fc.sample(script, { numRuns: 30, seed: 51 })
  const asks = withoutAmbience(() =>
    drawn.flatMap((each) => play(each).filter(({ event }) => event?.kind === 'ask')),
  )
  expect(asks.length).toBeGreaterThan(50)
  const steps = withoutAmbience(() => {
    const contact = testNode(1n, 1)
    const publish = new Publish([{ contact, token: Uint8Array.of(1) }])
    const kinds = [publish.next().kind, publish.next().kind]
    publish.accepted(contact)
    return [...kinds, publish.next().kind]
  })
  expect(steps).toEqual(['write', 'wait', 'done'])
})
