import { expect, it } from 'vitest'
import { failureReasonOf, incompleteReasonOf } from '../../../../src/core/queries/refusal.ts'

it.each([
  ['self', undefined, 'refused'],
  ['not-unicast', undefined, 'refused'],
  ['transport-lost', 'no-response', 'unreachable'],
  ['paced', 'paced', 'refused'],
  ['overflow', 'overflow', 'refused'],
  ['timeout', undefined, 'timeout'],
  ['unreachable', undefined, 'unreachable'],
  ['protocol', undefined, 'protocol'],
] as const)('%s: a lookup misses %s, and a user is told %s', (failure, missed, told) => {
  expect([incompleteReasonOf(failure), failureReasonOf(failure)]).toEqual([missed, told])
})
