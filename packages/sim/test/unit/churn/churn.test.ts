import { Churn, exponentialSessions, flashCrowd, givenSessions, World } from '@dht/sim'
import { expect, it } from 'vitest'

const MINUTE = 60_000

it('keeps the number of nodes, and replaces them as often as sessions say', () => {
  const world = new World({ seed: 5 })
  const [rock] = world.grow(10)
  if (rock === undefined) throw new Error('expected a host')
  const session = exponentialSessions(10 * MINUTE)
  const churn = new Churn(world, { session, staying: [rock] })
  for (let i = 0; i < 40; i++) {
    world.advance(MINUTE)
    expect(world.honest.length).toBeGreaterThanOrEqual(9)
  }
  // 9 nodes over 40 min with sessions of 10 min: 36 expected, as a Poisson process.
  expect(Math.abs(churn.left - 36)).toBeLessThan(6 * Math.sqrt(36))
  expect(churn.came).toBeGreaterThanOrEqual(churn.left - 1)
  expect(rock.isAwake).toBe(true)
  const { left } = churn
  churn.stop()
  world.advance(20 * MINUTE)
  expect(churn.left).toBe(left)
})

it('starts in the middle of sessions: exponential ones end as often at first as later', () => {
  const world = new World({ seed: 5 })
  for (let i = 0; i < 400; i++) world.addHost().start({ joins: false })
  const churn = new Churn(world, {
    session: exponentialSessions(10 * MINUTE),
    gap: givenSessions([60 * MINUTE]),
  })
  world.advance(5 * MINUTE)
  const share = 1 - Math.exp(-0.5)
  expect(Math.abs(churn.left - 400 * share)).toBeLessThan(6 * Math.sqrt(400 * share * (1 - share)))
})

it('starts former hosts again with their disks, and closes some', () => {
  const world = new World({ seed: 6 })
  world.grow(6)
  const told: string[] = []
  const churn = new Churn(world, {
    session: givenSessions([5 * MINUTE]),
    crashes: 0.5,
    returns: 1,
    gap: givenSessions([1_000]),
    came: (host) => told.push(`+${host.number}`),
    leaves: (host) => told.push(`-${host.number}`),
  })
  const changes = new Map<string, number>()
  world.watch((event) => {
    if (event.kind !== 'host-changed') return
    changes.set(event.change, (changes.get(event.change) ?? 0) + 1)
  })
  world.advance(25 * MINUTE)
  expect(world.hosts).toHaveLength(6)
  expect(changes.get('crashed')).toBeGreaterThan(0)
  expect(changes.get('closed')).toBeGreaterThan(0)
  expect(changes.get('started')).toBe(churn.came)
  expect(told).toHaveLength(churn.came + churn.left)
})

it('refuses values that are not shares', () => {
  const session = givenSessions([1])
  expect(() => new Churn(new World(), { session, crashes: 2 })).toThrow('crashes')
})

it('a flash crowd acts within its time, each running host once', () => {
  const world = new World({ seed: 7 })
  const hosts = world.grow(20)
  hosts[3]?.crash()
  const acted: number[] = []
  const from = world.now
  flashCrowd(world, { hosts, withinMs: 1_000, act: (host) => acted.push(host.number) })
  world.advanceUntil(() => acted.length === 19, 1_000)
  expect(world.now - from).toBeGreaterThan(500)
  expect(acted.toSorted((a, b) => a - b)).toEqual([0, 1, 2, ...hosts.slice(4).map((h) => h.number)])
})
