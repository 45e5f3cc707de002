import { expect, it } from 'vitest'
import { propertiesIn, spellingsOf } from '../src/property-ids.mjs'

it('ranges and lists of numbers belong to the letters before them', () => {
  const ids = ['TRACK-2', 'TRACK-3', 'TRACK-4', 'TRACK-6', 'RT-1', 'SIM-S1', 'BUG-03']
  expect([...propertiesIn('TRACK-2…4, 6, RT-1, SIM-S1, BUG-03: SHA-256')]).toEqual(ids)
})

it('an id is found in every spelling', () => {
  expect(spellingsOf('RT-2', 'RT-1…3: a; RT-2: b; RT-20: c; RT-2: d')).toEqual(['RT-1…3', 'RT-2'])
})
