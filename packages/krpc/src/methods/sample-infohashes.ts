// sample_infohashes: some of the info hashes under which a node stores peers. BEP 51.

import type { Id } from '@dht/id'
import { required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { integerField } from '../fields/integer.ts'
import { nodes6Field, nodesField } from '../fields/nodes.ts'
import { paddingField } from '../fields/padding.ts'
import { samplesField } from '../fields/samples.ts'
import { type Want, wantField } from '../fields/want.ts'
import type { QueryHead } from '../message/envelope.ts'
import type { FindNodeResults } from './find-node.ts'
import { defineMethod, type Method } from './method.ts'

/** Largest interval, seconds. BEP 51. */
export const MAX_SAMPLE_INTERVAL = 21_600

/** Asks for a sample, and for the contacts nearest to `target`. BEP 51. */
export interface SampleInfohashesQuery extends QueryHead {
  readonly method: 'sample_infohashes'
  readonly target: Id
  readonly want?: Want | undefined
  /** Bytes without a meaning, at most 512, for which an unproven querier may get more back. */
  readonly pad?: Uint8Array | undefined
}

export interface SampleInfohashesResults extends FindNodeResults {
  /** Seconds from one sample of the responder to the next, 0 to 21600; it may come sooner. */
  readonly interval?: bigint | undefined
  /** How many info hashes the responder stores. */
  readonly num?: bigint | undefined
  /** The info hashes, one after the other. Empty: none. Absent: the method is not known. */
  readonly samples?: Uint8Array | undefined
}

export const sampleInfohashes: Method<SampleInfohashesQuery, SampleInfohashesResults> =
  defineMethod({
    name: 'sample_infohashes',
    arguments: { target: required(idField('target')), want: wantField, pad: paddingField },
    results: {
      nodes: nodesField,
      nodes6: nodes6Field,
      interval: integerField('interval', { min: 0n, max: BigInt(MAX_SAMPLE_INTERVAL) }),
      num: integerField('num', { min: 0n }),
      samples: samplesField,
    },
  })
