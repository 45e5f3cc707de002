import { ObservatoryError, type ObserveOptions, observe } from '@dht/observatory'
import { expect, it } from 'vitest'
import { node } from '../support/loopback.ts'

it.each<[string, object]>([
  ['port', { port: -1 }],
  ['port', { port: 1.5 }],
  ['port', { port: '80' }],
  ['host', { host: '0.0.0.0' }],
  ['host', { host: '::' }],
  ['host', { host: '192.0.2.1' }],
  ['host', { host: 'localhost.evil.example' }],
  ['allowWrites', { allowWrites: 'yes' }],
  ['allowedHosts', { allowedHosts: 'localhost:1' }],
  ['allowedHosts', { allowedHosts: ['localhost'] }],
  ['allowedHosts', { allowedHosts: ['*:1'] }],
  ['relay', { relay: true }],
  ['option', { host2: '127.0.0.1' }],
])('%s: refuses %o, and listens nowhere', async (name, options) => {
  const failure = await observe(await node(), options as ObserveOptions).catch((thrown) => thrown)
  expect(ObservatoryError.is(failure) && failure.code).toBe('ERR_DHT_OBSERVATORY_ARGUMENT')
  expect(failure.message).toMatch(new RegExp(`^${name}: expected `))
})

it('fails as the system says when the port is taken', async () => {
  const alone = await node()
  await using first = await observe(alone)
  const port = Number(new URL(first.url).port)
  await expect(observe(alone, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
