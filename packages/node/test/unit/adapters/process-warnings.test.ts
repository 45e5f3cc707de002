import { afterEach, expect, it, vi } from 'vitest'
import { processWarning } from '../../../src/adapters/process-warnings.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('a warning of the process has a type to filter by, the code and the cause', () => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  processWarning({ code: 'DHT_NO_IPV6', message: 'no IPv6' })
  const cause = { name: 'Error', message: 'gone' }
  processWarning({ code: 'DHT_TRANSPORT_FAILED', message: 'failed', cause })
  expect(emit.mock.calls).toEqual([
    ['no IPv6', { type: 'DhtWarning', code: 'DHT_NO_IPV6' }],
    ['failed', { type: 'DhtWarning', code: 'DHT_TRANSPORT_FAILED', detail: 'Error: gone' }],
  ])
})

it.each([undefined, {}])('a process object that is %j is ignored', (process) => {
  vi.stubGlobal('process', process)
  expect(() => processWarning({ code: 'DHT_NO_IPV6', message: '' })).not.toThrow()
})
