import { expect, it } from 'vitest'
import type { Outcome } from '../../../src/core/operations/outcome.ts'
import { closedError, outcomeError } from '../../../src/shell/outcome-error.ts'

const CODES: readonly [Outcome, string][] = [
  [{ kind: 'failed', reason: 'timeout' }, 'ERR_DHT_NODE_TIMEOUT'],
  [{ kind: 'failed', reason: 'unreachable' }, 'ERR_DHT_NODE_UNREACHABLE'],
  [{ kind: 'failed', reason: 'protocol' }, 'ERR_DHT_NODE_PROTOCOL'],
  [{ kind: 'failed', reason: 'not-sent' }, 'ERR_DHT_NODE_NOT_SENT'],
  [{ kind: 'refused', code: 203, text: 'bad token' }, 'ERR_DHT_NODE_REMOTE'],
  [{ kind: 'busy' }, 'ERR_DHT_NODE_BUSY'],
  [{ kind: 'cancelled' }, 'ERR_DHT_NODE_ABORTED'],
  [{ kind: 'withdrawn' }, 'ERR_DHT_NODE_ABORTED'],
]

it.each(CODES)('%j becomes %s', (outcome, code) => {
  expect(outcomeError(outcome)).toMatchObject({ code })
})

it('no two outcomes have the same message', () => {
  const messages = CODES.map(([outcome]) => outcomeError(outcome).message)
  expect(new Set(messages).size).toBe(CODES.length)
  expect(messages).not.toContain('')
})

it('the error message of the remote node is kept', () => {
  const error = outcomeError({ kind: 'refused', code: 203, text: 'bad token' })
  expect(error.remote).toEqual({ code: 203, text: 'bad token' })
  expect(error.message).toContain('203: bad token')
})

it('the error names an outcome that no call expects', () => {
  expect(outcomeError({ kind: 'found' } as never)).toMatchObject({
    code: 'ERR_DHT_NODE_PROTOCOL',
    message: expect.stringContaining('found'),
  })
})

it('a closed node has its own code', () => {
  expect(closedError()).toMatchObject({ code: 'ERR_DHT_NODE_CLOSED' })
})
