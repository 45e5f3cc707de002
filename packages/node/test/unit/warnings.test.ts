import { expect, it } from 'vitest'
import { MOST_WARNINGS_REMEMBERED, type Warning, warnOnce } from '../../src/warnings.ts'

it('a warning has a code, a message, and a cause if there is one', () => {
  const told: Warning[] = []
  const warn = warnOnce((warning) => told.push(warning))
  const cause = new Error('full')
  warn('DHT_STATE_UNSAVED', 'the state could not be saved', cause)
  warn('DHT_NO_IPV6', 'no IPv6')
  expect(told).toStrictEqual([
    {
      kind: 'warning',
      code: 'DHT_STATE_UNSAVED',
      message: 'the state could not be saved',
      cause,
    },
    { kind: 'warning', code: 'DHT_NO_IPV6', message: 'no IPv6' },
  ])
})

it('the same code and message are reported once, whatever the cause', () => {
  const told: string[] = []
  const warn = warnOnce(({ code, message }) => told.push(`${code} ${message}`))
  warn('DHT_BOOTSTRAP_NAME', 'a', new Error('first'))
  warn('DHT_BOOTSTRAP_NAME', 'a', new Error('second'))
  warn('DHT_BOOTSTRAP_NAME', 'b')
  warn('DHT_TRANSPORT_SEND', 'a')
  expect(told).toEqual(['DHT_BOOTSTRAP_NAME a', 'DHT_BOOTSTRAP_NAME b', 'DHT_TRANSPORT_SEND a'])
})

it('of warnings that any node on the network can cause, the first is reported', () => {
  const told: string[] = []
  const warn = warnOnce(({ message }) => told.push(message))
  for (const message of ['a', 'b', 'a']) warn('DHT_OWN_ID_ELSEWHERE', message)
  expect(told).toEqual(['a'])
})

it('what is remembered is bounded: the oldest is forgotten first', () => {
  let told = 0
  const warn = warnOnce(() => told++)
  for (let i = 0; i <= MOST_WARNINGS_REMEMBERED; i++) warn('DHT_BOOTSTRAP_NAME', `${i}`)
  expect(told).toBe(MOST_WARNINGS_REMEMBERED + 1)
  warn('DHT_BOOTSTRAP_NAME', '1')
  expect(told).toBe(MOST_WARNINGS_REMEMBERED + 1)
  warn('DHT_BOOTSTRAP_NAME', '0')
  expect(told).toBe(MOST_WARNINGS_REMEMBERED + 2)
})
