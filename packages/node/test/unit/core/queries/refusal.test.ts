import { expect, it } from 'vitest'
import { failureReasonOf, incompleteReasonOf } from '../../../../src/core/queries/refusal.ts'

it.each([
  ['self', undefined, 'not-sent'],
  ['not-unicast', undefined, 'not-sent'],
  ['transport-lost', 'no-response', 'unreachable'],
  ['rate-limited', 'rate-limited', 'not-sent'],
  ['too-many-queries', 'too-many-queries', 'not-sent'],
  ['timeout', undefined, 'timeout'],
  ['unreachable', undefined, 'unreachable'],
  ['protocol', undefined, 'protocol'],
] as const)('%s: a lookup reports %s, and a user gets %s', (failure, missed, told) => {
  expect([incompleteReasonOf(failure), failureReasonOf(failure)]).toEqual([missed, told])
})
