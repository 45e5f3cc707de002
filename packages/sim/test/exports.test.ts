import * as live from '@dht/sim/live'
import { expect, it } from 'vitest'

it('the live part exports what is on its guest list, and nothing else', () => {
  expect(Object.keys(live)).toEqual(['LiveWorld'])
})
