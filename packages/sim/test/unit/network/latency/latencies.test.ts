// The latencies by name, in worlds.

import { LATENCIES, NO_EFFECTS, SimError, World } from '@dht/sim'
import { expect, it } from 'vitest'
import { latencyNamed } from '../../../../src/network/latency/latencies.ts'
import { RecordingProcess } from '../../../support/recording-process.ts'

/** Round trips of a world, ms: each host sends to every other, which replies at once. */
function roundTrips(latency: (typeof LATENCIES)['pairs'], hosts: number): number[] {
  const world = new World({ seed: 5, network: { latency } })
  const found: number[] = []
  const recorders = Array.from({ length: hosts }, () => new RecordingProcess(world))
  const echo = world.addHost()
  echo.run({
    receive: (bytes, from) => {
      echo.send(bytes, from)
      return NO_EFFECTS
    },
    handleTimeout: () => NO_EFFECTS,
    nextTimeout: () => undefined,
  })
  for (const recorder of recorders) recorder.sendText('x', echo.endpoint)
  world.advance(10_000)
  for (const { received } of recorders) found.push(...received.map(({ at }) => at))
  return found
}

it('every packet arrives, within two slow hosts and the longest round trip', () => {
  for (const latency of Object.values(LATENCIES)) {
    const found = roundTrips(latency, 500)
    expect(found).toHaveLength(500)
    expect(Math.max(...found)).toBeLessThanOrEqual(2 * 1_500 + 3_000)
  }
})

it('round trips are unequal, except for uniform ones', () => {
  const over = (name: keyof typeof LATENCIES, ms: number): number =>
    roundTrips(LATENCIES[name], 500).filter((each) => each > ms).length
  expect(over('uniform', 80)).toBe(0)
  for (const name of ['pairs', 'datagrams', 'clustered'] as const) {
    expect(over(name, 80), name).toBeGreaterThan(10)
  }
  for (const name of ['pairs', 'datagrams'] as const) {
    expect(over(name, 1_400), name).toBeGreaterThan(1)
  }
})

it('an unknown name is refused', () => {
  expect(latencyNamed('pairs')).toBe('pairs')
  for (const name of ['nearby', 'toString']) {
    try {
      latencyNamed(name)
      expect.unreachable()
    } catch (error) {
      expect(SimError.is(error) && error.code).toBe('ERR_DHT_SIM_ARGUMENT')
    }
  }
})
