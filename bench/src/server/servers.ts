// The servers beside one another (P1, P2): CPU time of the server's own process for each reply,
// over loopback, with the load in another process. Each round visits every server with every
// method, and a ratio is always one of the same round.

import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import { median, medianRatio } from '../statistics.ts'
import {
  type LoadReport,
  type LoadRequest,
  type Mark,
  METHODS,
  type Method,
  type Place,
  type ReplySizes,
  type ServerRequest,
} from './protocol.ts'

export interface ServerOptions {
  readonly rounds: number
  /** Where CPU profiles of our server go; undefined: none are taken. */
  readonly profileFolder?: string
}

type Server = Child<ServerRequest>
type Load = Child<LoadRequest>
type Name = 'echo' | 'ours' | 'bittorrent-dht'
type Servers = Readonly<Record<Name, Server>>

const NAMES: readonly Name[] = ['echo', 'ours', 'bittorrent-dht']
const NEIGHBOURS = 400
/** Enough that limits per source, on as they are, let 200,000 queries per second through. */
const SOURCES = 2_048
/** CPU time is read over this span, in the middle of a longer one that the load works. */
const WINDOW_MS = 500
const MARGIN_MS = 80
/** More than any server here can answer: each of them always has a query waiting. */
const FLOOD_PER_SECOND = 250_000

/** The trials of a round: each method, and all of them in turns. */
const TRIALS: Readonly<Record<string, readonly Method[]>> = {
  ...Object.fromEntries(METHODS.map((method) => [method, [method]])),
  mix: METHODS,
}

/** Multiples of the echo that are wanted at most, P1. */
const GOALS: Readonly<Record<string, number>> = {
  ping: 1.1,
  find_node: 1.25,
  get_peers: 1.25,
  announce_peer: 1.3,
  mix: 1.3,
}

/** What one server needed in one trial of each round. */
interface Series {
  readonly microsPerReply: number[]
  readonly repliesPerSecond: number[]
  readonly bytesPerReply: number[]
  readonly load: number[]
}

export async function benchServers(progress: Progress, options: ServerOptions): Promise<Figure[]> {
  progress.tell('server: starting servers, neighbours and load')
  const id = randomBytes(20).toString('hex')
  const servers = await startServers(id, options)
  const neighbours = await Child.start<unknown>('server/neighbours', {
    init: { network: 'mainline', count: NEIGHBOURS },
  })
  const load = await Child.start<LoadRequest>('server/load', {
    init: { network: 'mainline', sources: SOURCES },
  })
  const world = { servers, load }
  try {
    const contacts = await meet(servers, await neighbours.ask<Place[]>('places'), progress)
    await tellSizes(world)
    const results = await rounds(world, options.rounds, progress)
    const overload = await benchOverload(world, options.rounds, progress)
    return [...figuresOf(results, contacts), overload]
  } finally {
    const children = [...Object.values(servers), load, neighbours]
    await Promise.all(children.map((child) => child.end()))
  }
}

interface World {
  readonly servers: Servers
  readonly load: Load
}

async function startServers(id: string, { profileFolder }: ServerOptions): Promise<Servers> {
  if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true })
  const execArgv = profileFolder && ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
  return {
    echo: await Child.start('server/echo', { init: null }),
    ours: await Child.start('server/ours', {
      init: { id, network: 'mainline' },
      ...(execArgv && { execArgv }),
    }),
    'bittorrent-dht': await Child.start('server/bittorrent-dht', { init: { id } }),
  }
}

async function meet(
  servers: Servers,
  places: readonly Place[],
  progress: Progress,
): Promise<Record<Name, number>> {
  progress.tell(`server: meeting ${places.length} neighbours`)
  const contacts = { echo: 0, ours: 0, 'bittorrent-dht': 0 }
  for (const name of NAMES) {
    await servers[name].ask({ kind: 'meet', places })
    // A moment for what a server does with new contacts of its own accord.
    await pause(2_000)
    contacts[name] = (await servers[name].ask<number | null>({ kind: 'contacts' })) ?? 0
  }
  return contacts
}

/** Tells the echo which replies ours sends, so that both send as many bytes. */
async function tellSizes({ servers, load }: World): Promise<void> {
  const { port } = servers.ours
  await load.ask({ kind: 'tokens', port })
  const sizes = await load.ask<ReplySizes>({ kind: 'probe', port })
  await servers.echo.ask({ kind: 'sizes', sizes })
}

type Results = Readonly<Record<Name, Record<string, Series>>>

async function rounds(world: World, count: number, progress: Progress): Promise<Results> {
  const newSeries = (): Series => ({
    microsPerReply: [],
    repliesPerSecond: [],
    bytesPerReply: [],
    load: [],
  })
  const perTrial = () =>
    Object.fromEntries(Object.keys(TRIALS).map((trial) => [trial, newSeries()]))
  const results = { echo: perTrial(), ours: perTrial(), 'bittorrent-dht': perTrial() }
  // The first round warms up and is thrown away.
  for (let round = 0; round <= count; round++) {
    for (const [trial, methods] of Object.entries(TRIALS)) {
      progress.tell(`server: round ${round} of ${count}, ${trial}`)
      for (const name of NAMES) {
        const series = results[name][trial]
        const measured = await measure(world, { name, methods, perSecond: FLOOD_PER_SECOND })
        if (round === 0 || series === undefined) continue
        series.microsPerReply.push(measured.microsPerReply)
        series.repliesPerSecond.push(measured.repliesPerSecond)
        series.bytesPerReply.push(measured.bytesPerReply)
        series.load.push(measured.load)
      }
    }
  }
  return results
}

/** Announces need tokens of the server that they go to; the echo gets what ours gets. */
async function fetchTokens({ servers, load }: World, name: Name): Promise<void> {
  const { port } = servers[name === 'echo' ? 'ours' : name]
  await load.ask({ kind: 'tokens', port })
}

interface Measured {
  readonly microsPerReply: number
  readonly repliesPerSecond: number
  readonly offeredPerSecond: number
  readonly bytesPerReply: number
  /** Part of one core that the server used. */
  readonly load: number
}

interface Trial {
  readonly name: Name
  readonly methods: readonly Method[]
  readonly perSecond: number
}

async function measure(world: World, { name, methods, perSecond }: Trial): Promise<Measured> {
  if (methods.includes('announce_peer')) await fetchTokens(world, name)
  const server = world.servers[name]
  const ms = MARGIN_MS + WINDOW_MS + MARGIN_MS
  const { port } = server
  const flood = world.load.ask<LoadReport>({ kind: 'flood', port, methods, ms, perSecond })
  await pause(MARGIN_MS)
  const before = await server.ask<Mark>({ kind: 'mark' })
  const startedAt = performance.now()
  await pause(WINDOW_MS)
  const after = await server.ask<Mark>({ kind: 'mark' })
  const seconds = (performance.now() - startedAt) / 1000
  const report = await flood
  // Datagrams that are still in the receive buffer don't count.
  await pause(MARGIN_MS)
  const replies = after.replies - before.replies
  const cpuMicros = after.cpuMicros - before.cpuMicros
  if (after.limited > before.limited) throw new Error(`${name}: the load has hit a limit`)
  if (report.errors > 0) throw new Error(`${name}, ${methods}: ${report.errors} errors`)
  return {
    microsPerReply: cpuMicros / replies,
    repliesPerSecond: replies / seconds,
    offeredPerSecond: (1000 * report.sent) / report.elapsedMs,
    bytesPerReply: report.bytes / report.replies,
    load: cpuMicros / 1e6 / seconds,
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/**
 * As much as the server can answer, and twice as much: it must not answer fewer for being asked
 * more.
 */
async function benchOverload(world: World, count: number, progress: Progress): Promise<Figure> {
  const shares: number[] = []
  const offered: number[] = []
  const answered: number[] = []
  const trial = { name: 'ours', methods: METHODS } as const
  for (let round = 1; round <= count; round++) {
    progress.tell(`server: overload, round ${round} of ${count}`)
    const { microsPerReply } = await measure(world, { ...trial, perSecond: FLOOD_PER_SECOND })
    const perSecond = 1e6 / microsPerReply
    const capacity = await measure(world, { ...trial, perSecond })
    const overload = await measure(world, { ...trial, perSecond: 2 * perSecond })
    shares.push(overload.repliesPerSecond / capacity.repliesPerSecond)
    offered.push(overload.offeredPerSecond)
    answered.push(overload.repliesPerSecond)
  }
  return {
    goal: 'P1',
    what: 'server, overload: replies at twice the capacity offered',
    value: median(shares),
    unit: 'of capacity',
    atLeast: 0.9,
    details: { 'offered per s': median(offered), 'answered per s': median(answered) },
  }
}

function figuresOf(results: Results, contacts: Readonly<Record<Name, number>>): Figure[] {
  const besideEcho = Object.keys(TRIALS).map((trial): Figure => {
    const { echo, ours } = { echo: results.echo[trial], ours: results.ours[trial] }
    return {
      goal: 'P1',
      what: `server, ${trial}: CPU per reply beside a dgram echo`,
      value: medianRatio(ours?.microsPerReply ?? [], echo?.microsPerReply ?? []),
      unit: 'x echo',
      atMost: GOALS[trial] ?? Number.NaN,
      details: {
        'ours us': median(ours?.microsPerReply ?? []),
        'echo us': median(echo?.microsPerReply ?? []),
        'bytes per reply': median(ours?.bytesPerReply ?? []),
        'ours busy': median(ours?.load ?? []),
        'echo busy': median(echo?.load ?? []),
        contacts: contacts.ours,
      },
    }
  })
  const besidePeer = Object.keys(TRIALS).map((trial): Figure => {
    const theirs = results['bittorrent-dht'][trial]
    const isPromised = trial === 'find_node' || trial === 'get_peers'
    return {
      goal: isPromised ? 'P2' : '-',
      what: `server, ${trial}: CPU per reply beside bittorrent-dht`,
      value: medianRatio(theirs?.microsPerReply ?? [], results.ours[trial]?.microsPerReply ?? []),
      unit: 'x less',
      ...(isPromised && { atLeast: 8 }),
      details: {
        'bittorrent-dht us': median(theirs?.microsPerReply ?? []),
        'bytes per reply': median(theirs?.bytesPerReply ?? []),
        contacts: contacts['bittorrent-dht'],
      },
    }
  })
  return [...besideEcho, ...besidePeer]
}
