// The one place where an outcome that is no success becomes an error for the user.

import type { Outcome } from '../core/operations/outcome.ts'
import { DhtNodeError, type NodeErrorCode } from '../errors.ts'

const FAILURES: Record<
  'timeout' | 'unreachable' | 'protocol' | 'refused',
  [NodeErrorCode, string]
> = {
  timeout: ['ERR_DHT_NODE_TIMEOUT', 'no answer came in time'],
  unreachable: ['ERR_DHT_NODE_UNREACHABLE', 'the endpoint can not be reached'],
  protocol: ['ERR_DHT_NODE_PROTOCOL', 'the answer is no valid one'],
  refused: [
    'ERR_DHT_NODE_REFUSED',
    'nothing was sent: it is our own endpoint, no socket has its family, or too many are open',
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
      return new DhtNodeError(
        'ERR_DHT_NODE_REMOTE',
        `the node answered with error ${code}: ${text}`,
        {
          remote: { code, text },
        },
      )
    }
    case 'busy':
      return new DhtNodeError('ERR_DHT_NODE_REFUSED', 'too many operations are under way')
    case 'cancelled':
      return new DhtNodeError('ERR_DHT_NODE_ABORTED', 'cancelled')
    case 'withdrawn':
      return new DhtNodeError('ERR_DHT_NODE_ABORTED', 'the entry was deleted or entered anew')
    default:
      return new DhtNodeError('ERR_DHT_NODE_PROTOCOL', `unexpected outcome ${outcome.kind}`)
  }
}

/** What every call gets on a closed node. */
export function closedError(): DhtNodeError {
  return new DhtNodeError('ERR_DHT_NODE_CLOSED', 'the node is closed')
}
