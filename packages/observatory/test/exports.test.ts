import * as observatory from '@dht/observatory'
import * as recording from '@dht/observatory/recording'
import { expect, it } from 'vitest'

it('@dht/observatory/recording exports what makes, writes and reads messages', () => {
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
    'RecordingWriter',
    'Reporter',
    'readRecording',
  ])
})

it('@dht/observatory exports the server of the page', () => {
  expect(Object.keys(observatory).sort()).toEqual([
    'OBSERVE_DEFAULTS',
    'ObservatoryError',
    'observe',
  ])
})
