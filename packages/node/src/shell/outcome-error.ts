// The errors that users get for outcomes that are no success.

import type { Outcome } from '../core/operations/outcome.ts'
import { DhtNodeError, type NodeErrorCode } from '../errors.ts'

const FAILURES: Record<
  'timeout' | 'unreachable' | 'protocol' | 'not-sent',
  [NodeErrorCode, string]
> = {
  timeout: ['ERR_DHT_NODE_TIMEOUT', 'the queried node did not respond in time'],
  unreachable: ['ERR_DHT_NODE_UNREACHABLE', 'the endpoint is unreachable'],
  protocol: ['ERR_DHT_NODE_PROTOCOL', 'invalid response'],
  'not-sent': [
    'ERR_DHT_NODE_NOT_SENT',
    'not sent: the endpoint is our own, its family has no socket, or too many queries are open',
  ],
}

export function outcomeError(outcome: Outcome): DhtNodeError {
  switch (outcome.kind) {
    case 'failed': {
      const [code, message] = FAILURES[outcome.reason]
      return new DhtNodeError(code, message)
    }
    case 'refused': {
      const { code, text } = outcome
      return new DhtNodeError('ERR_DHT_NODE_REMOTE', `the node returned error ${code}: ${text}`, {
        remote: { code, text },
      })
    }
    case 'busy':
      return new DhtNodeError('ERR_DHT_NODE_BUSY', 'too many concurrent operations')
    case 'cancelled':
      return new DhtNodeError('ERR_DHT_NODE_ABORTED', 'cancelled')
    case 'withdrawn':
      return new DhtNodeError(
        'ERR_DHT_NODE_ABORTED',
        'the announcement was deleted or entered again',
      )
    default:
      return new DhtNodeError('ERR_DHT_NODE_PROTOCOL', `unexpected outcome ${outcome.kind}`)
  }
}

/** The error of every call on a closed node. */
export function closedError(): DhtNodeError {
  return new DhtNodeError('ERR_DHT_NODE_CLOSED', 'the node is closed')
}
