import { expect, it } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import { closedError, outcomeError } from '../../src/outcome-error.ts'

const CODES: readonly [Outcome, string][] = [
  [{ kind: 'failed', reason: 'timeout' }, 'ERR_DHT_NODE_TIMEOUT'],
  [{ kind: 'failed', reason: 'unreachable' }, 'ERR_DHT_NODE_UNREACHABLE'],
  [{ kind: 'failed', reason: 'protocol' }, 'ERR_DHT_NODE_PROTOCOL'],
  [{ kind: 'failed', reason: 'refused' }, 'ERR_DHT_NODE_REFUSED'],
  [{ kind: 'refused', code: 203, text: 'bad token' }, 'ERR_DHT_NODE_REMOTE'],
  [{ kind: 'busy' }, 'ERR_DHT_NODE_REFUSED'],
  [{ kind: 'cancelled' }, 'ERR_DHT_NODE_ABORTED'],
  [{ kind: 'withdrawn' }, 'ERR_DHT_NODE_ABORTED'],
]

it.each(CODES)('%j becomes %s', (outcome, code) => {
  expect(outcomeError(outcome).code).toBe(code)
})

it('what the remote node said is kept', () => {
  const error = outcomeError({ kind: 'refused', code: 203, text: 'bad token' })
  expect(error.remote).toEqual({ code: 203, text: 'bad token' })
  expect(error.message).toContain('203: bad token')
})

it('a closed node has its own code', () => {
  expect(closedError().code).toBe('ERR_DHT_NODE_CLOSED')
})
