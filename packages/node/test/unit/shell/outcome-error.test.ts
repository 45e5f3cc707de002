import { expect, it } from 'vitest'
import type { Outcome } from '../../../src/core/operations/outcome.ts'
import { closedError, outcomeError } from '../../../src/shell/outcome-error.ts'

const CODES: readonly [Outcome, string, string][] = [
  [{ kind: 'failed', reason: 'timeout' }, 'ERR_DHT_NODE_TIMEOUT', 'no answer came in time'],
  [
    { kind: 'failed', reason: 'unreachable' },
    'ERR_DHT_NODE_UNREACHABLE',
    'the endpoint can not be reached',
  ],
  [{ kind: 'failed', reason: 'protocol' }, 'ERR_DHT_NODE_PROTOCOL', 'the answer is no valid one'],
  [
    { kind: 'failed', reason: 'refused' },
    'ERR_DHT_NODE_REFUSED',
    'nothing was sent: it is our own endpoint, no socket has its family, or too many are open',
  ],
  [
    { kind: 'refused', code: 203, text: 'bad token' },
    'ERR_DHT_NODE_REMOTE',
    'the node answered with error 203: bad token',
  ],
  [{ kind: 'busy' }, 'ERR_DHT_NODE_REFUSED', 'too many operations are under way'],
  [{ kind: 'cancelled' }, 'ERR_DHT_NODE_ABORTED', 'cancelled'],
  [{ kind: 'withdrawn' }, 'ERR_DHT_NODE_ABORTED', 'the entry was deleted or entered anew'],
]

it.each(CODES)('%j becomes %s: %s', (outcome, code, message) => {
  expect(outcomeError(outcome)).toMatchObject({ code, message })
})

it('what the remote node said is kept', () => {
  const error = outcomeError({ kind: 'refused', code: 203, text: 'bad token' })
  expect(error.remote).toEqual({ code: 203, text: 'bad token' })
  expect(error.message).toContain('203: bad token')
})

it('what no request is told of is called by its name', () => {
  expect(outcomeError({ kind: 'found' } as never)).toMatchObject({
    code: 'ERR_DHT_NODE_PROTOCOL',
    message: 'unexpected outcome found',
  })
})

it('a closed node has its own code', () => {
  expect(closedError()).toMatchObject({
    code: 'ERR_DHT_NODE_CLOSED',
    message: 'the node is closed',
  })
})
