// What became of a query, in words.

import type { TraceStep } from '@dht/node'
import { countText, milliseconds } from '../output/text.ts'
import type { Fate, WalkQuery } from './walk.ts'

type Responded = TraceStep & { readonly kind: 'responded' }
type Reason = (TraceStep & { readonly kind: 'failed' })['reason']

const FAILURES: Readonly<Record<Reason, string>> = {
  timeout: 'no response',
  unreachable: 'unreachable',
  protocol: 'invalid response',
  error: 'error message',
  suspect: 'late again, given up',
  self: 'not queried: it is this node',
  'not-unicast': 'not queried: not a unicast address',
  'transport-lost': 'not queried: no open socket',
  'rate-limited': 'not queried: limit of queries to its host',
  'too-many-queries': 'not queried: too many queries are open',
  destination: 'not queried: limit for its host, or for the host that named it',
}

/** What a query of a sweep asked about; empty: it was on the way to the target. */
export function aboutText({ phase, toward }: Omit<WalkQuery, 'fate'>): string {
  if (phase === 'approach') return ''
  return toward === undefined ? 'visit' : `toward ${toward.slice(0, 8)}`
}

export function failureText(reason: Reason): string {
  return FAILURES[reason]
}

export function responseText(step: Responded): string {
  const { roundTripMs, closer, unusable, values, verdict, responder } = step
  const parts = [milliseconds(roundTripMs), `returned ${countText(closer.length, 'node')}`]
  if (unusable > 0) parts.push(`${unusable} unusable`)
  if (values > 0) parts.push(countText(values, 'peer'))
  if (verdict === 'renamed') parts.push(`now ${responder.id.slice(0, 8)}`)
  else if (verdict !== 'accepted') parts.push('not used')
  return parts.join(', ')
}

export function fateText(fate: Fate): string {
  switch (fate.kind) {
    case 'waiting':
      return 'waits for its turn'
    case 'queried':
      return 'queried'
    case 'late':
      return 'stalled'
    case 'responded':
      return responseText(fate.step)
    case 'failed':
      return failureText(fate.reason)
  }
}
