// The models of several cores together: what one core sends is what the next receives, and every
// condition between them is checked.

import { timeAdvance } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Command as Request } from '../../src/core/operations/command.ts'
import { same } from '../support/alike.ts'
import { type Case, FLOORS } from './cluster.cases.ts'
import { Cluster, type ClusterSetup, clusterViolations, localOf } from './cluster.world.ts'
import type { World } from './core.world.ts'

const census = new Census<Case>('cluster', FLOORS)

/** How long a write token counts as new, ms. */
const ROTATION_MS = 300_000

type Command = fc.Command<Cluster, object>

const n = fc.nat({ max: 40 })

const anySetup: fc.Arbitrary<ClusterSetup> = fc.record({
  seed: fc.nat({ max: 9_999 }),
  size: fc.integer({ min: 2, max: 5 }),
  isReunion: fc.constantFrom(true, true, false),
  options: fc.record({
    k: fc.constantFrom(2, 1, 3, 8),
    alpha: fc.constantFrom(3, 1),
    bucketWidths: fc.constant([]),
    maxPeersPerKey: fc.constantFrom(500, 1),
  }),
})

function command<T>(
  name: string,
  argument: fc.Arbitrary<T>,
  run: (argument: T, cluster: Cluster) => void,
): fc.Arbitrary<Command> {
  return argument.map((chosen) => ({
    check: () => true,
    run: (cluster) => {
      run(chosen, cluster)
      const states = cluster.worlds.map((world) => ({ local: localOf(world), core: world.last }))
      same(clusterViolations(states, cluster), [])
    },
    toString: () => `${name}(${JSON.stringify(chosen)})`,
  }))
}

const pick = <T>(from: readonly T[], which: number): T => from[which % from.length]!

/** One datagram arrives, is lost, arrives twice, or can't be sent. */
function land([which, fate]: readonly [number, number], cluster: Cluster): void {
  if (cluster.flying.length === 0) return
  const datagram = pick(cluster.flying, which)
  const isFirst = datagram === cluster.flying[0]
  cluster.flying = cluster.flying.filter((each) => each !== datagram)
  if (fate === 0) cluster.count('lost')
  else if (fate === 1) {
    cluster.count('undeliverable')
    const code = which % 2 === 0 ? 'ECONNREFUSED' : 'EHOSTUNREACH'
    cluster.happen(cluster.at(datagram.from)!, { kind: 'undeliverable', to: datagram.to, code })
  } else {
    if (!isFirst) cluster.count('delivered out of order')
    cluster.deliver(datagram)
    if (fate === 2) {
      cluster.count('delivered twice')
      cluster.deliver(datagram)
    }
  }
}

/** All datagrams under way arrive, oldest first, replies included. */
function calm(most: number, cluster: Cluster): void {
  for (let landed = 0; landed < most; landed++) {
    const datagram = cluster.flying.shift()
    if (datagram === undefined) return
    cluster.now += 1
    cluster.deliver(datagram)
  }
}

interface Wishing {
  readonly kind: Exclude<Request['kind'], 'cancel'>
  readonly who: number
  readonly whom: number
  readonly which: number
}

function request({ kind, who, whom, which }: Wishing, cluster: Cluster): void {
  const world = pick(cluster.worlds, who)
  const other = pick(cluster.worlds, whom)
  const operationId = ++world.operationIds
  cluster.count(`request: ${kind}`)
  if (kind === 'bootstrap') {
    cluster.begin(world, { kind, endpoints: [localOf(other)], routers: [] })
    cluster.begin(world, { kind: 'join', operationId })
  } else if (kind === 'delete') {
    const entry = pick(world.model.publisher.entries, which)
    if (entry !== undefined) cluster.begin(world, { kind, target: world.model.idOf(entry.target) })
  } else if (kind === 'store') {
    cluster.now += (which % 3) * ROTATION_MS
    store(world, other, cluster)
  } else {
    const isOther = which % 5 === 4
    const target = isOther ? other.model.selfId : world.model.idOf(BigInt(which % 2) << 240n)
    const rest = { operationId, to: localOf(other), target, port: 1 + (which % 2), mode: 'all' }
    cluster.begin(world, { kind, ...rest } as unknown as Request)
  }
}

/** A token is used once more, however old it is. */
function store(world: World, other: World, cluster: Cluster): void {
  const local = localOf(world)
  const given = other.model.responder.given.findLast(({ address }) => address === local.address)
  const known = cluster.entered.find(
    ({ at, target }) => at === local.address && target === given?.target,
  )
  if (given === undefined || known === undefined) return
  const target = world.model.idOf(given.target)
  const { port } = known
  const rest = {
    operationId: world.operationIds,
    to: localOf(other),
    target,
    port,
    token: given.token,
  }
  cluster.begin(world, { kind: 'store', ...rest })
}

/** Lets time pass, to the next timeout of a core or by a span. */
function pass([ms, first, isFar]: readonly [number, number, boolean], cluster: Cluster): void {
  const next = cluster.nextTimeoutAt()
  const until = isFar || next === Infinity ? cluster.now + ms : Math.max(next, cluster.now)
  cluster.now = until
  cluster.wake(first)
}

const kind = fc.constantFrom<Wishing['kind'][]>(
  'bootstrap',
  'bootstrap',
  'enter',
  'enter',
  'lookup',
  'closest',
  'ping',
  'find-value',
  'lookup',
  'store',
  'store',
  'delete',
)

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: command('request', fc.record({ kind, who: n, whom: n, which: n }), request),
  },
  { weight: 6, arbitrary: command('land', fc.tuple(n, fc.nat({ max: 7 })), land) },
  { weight: 8, arbitrary: command('calm', fc.integer({ min: 1, max: 30 }), calm) },
  { weight: 5, arbitrary: command('pass', fc.tuple(timeAdvance(), n, fc.boolean()), pass) },
)

it('CL-1…6, NET-60, 63, SIM-S2…4: connected cores are their models and keep all assumptions', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const counting = (what: string): void => {
    if (what in FLOORS) census.count(what as Case)
  }
  fc.assert(
    fc.property(anySetup, fc.commands([anyCommand], scripts(60)), (setup, script) => {
      fc.modelRun(() => ({ model: new Cluster(setup, counting), real: {} }), script)
    }),
    modelRuns(0.16),
  )
  expect(census.close()).toEqual([])
})
