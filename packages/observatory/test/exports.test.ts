import * as recording from '@dht/observatory/recording'
import { expect, it } from 'vitest'

it('@dht/observatory/recording exports the bounds of messages and recordings', () => {
  expect(Object.keys(recording).sort()).toEqual([
    'MAX_FAULTS',
    'MAX_FRAMES',
    'MAX_LINE',
    'MAX_LISTED',
    'MAX_LOOKUPS',
    'MAX_LOOKUP_STEPS',
    'MAX_NODES',
    'MAX_RECORDING',
    'MAX_STEP_CONTACTS',
    'MAX_TEXT',
    'PROTOCOL_VERSION',
    'RECORDING_FORMAT',
    'RECORDING_VERSION',
  ])
})
