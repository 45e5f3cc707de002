import * as live from '@dht/sim/live'
import { expect, it } from 'vitest'

it('@dht/sim/live exports LiveWorld and nothing else', () => {
  expect(Object.keys(live)).toEqual(['LiveWorld'])
})
