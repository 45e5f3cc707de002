// The world in which scripts for a whole core run: the core, its model and other nodes. Commands
// name nodes by selectors that are resolved when the command runs, such as "the third member" or
// "the holder of an old token".

import { type Id, idFromBigInt } from '@dht/id'
import { type Endpoint, endpoint, type Family } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import type { CoreOptions } from '../../src/core/config/core-options.ts'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import type { Effect } from '../../src/core/effect.ts'
import type { CoreInspection } from '../../src/core/inspection.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import { UNPACED } from '../support/unpaced.ts'
import type { Case } from './core.cases.ts'
import { compare, takeOver } from './core.compare.ts'
import { type Event, stateViolations, stepViolations } from './core.laws.ts'
import { NodeModel } from './core.model.ts'
import { Oracle } from './core-oracle.ts'
import { type Peer, peerOf } from './core-peer.ts'

export interface Setup {
  readonly seed: number
  readonly locals: readonly Endpoint[]
  readonly options: CoreOptions
  /** The index among several nodes. */
  readonly place: number
  /** Distance between the levels of the ids: with 1 they share few bits with ours. */
  readonly stride: number
}

/** Counts the cases that it knows. */
export interface Counting {
  count(what: Case): void
}

export interface Who {
  readonly of:
    | 'fresh'
    | 'neighbour'
    | 'member'
    | 'candidate'
    | 'same id'
    | 'same address'
    | 'own id'
    | 'own address'
  readonly n: number
  readonly is6: boolean
}

export const HOME: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('10.0.0.1', 3739),
  6: endpoint('2001:db8:ffff::1', 3739),
}

/** Addresses that are not unicast. */
const NO_NODE: Readonly<Record<Family, readonly string[]>> = {
  4: ['0.0.0.0', '224.0.0.1', '255.255.255.255'],
  6: ['::', 'ff02::1', '::102:304'],
}

/** Bound to every address, so other nodes must tell at which address they see us. */
const EVERYWHERE: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('0.0.0.0', 3739),
  6: endpoint('::', 3739),
}

/** The addresses at which others see us. */
export const SEEN_AT: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('198.51.100.9', 3739),
  6: endpoint('2001:db8:ffff::9', 3739),
}

const NEIGHBOURS = 14
const LEVELS = 6

export class World {
  readonly setup: Setup
  readonly core: NodeCore
  readonly model: NodeModel
  readonly census: Counting
  /** The other nodes, of both families. */
  get neighbours(): readonly Peer[] {
    this.#neighbours ??= this.#meetNeighbours()
    return this.#neighbours
  }

  #neighbours: readonly Peer[] | undefined
  /** Queries of the core that have ended, for late responses. */
  readonly ended: { readonly id: Uint8Array; readonly to: Endpoint }[] = []
  now = 1_000
  operationIds = 0
  readonly #draws: Uint8Array[] = []
  last: CoreInspection
  readonly settled: Set<number> = new Set()

  constructor(setup: Setup, census: Counting) {
    const { options, seed } = setup
    const { idLength } = options.network ?? UNPACED[0]
    const top = BigInt(8 * idLength - 6)
    const self = idFromBigInt(((16n + BigInt(setup.place)) << top) + 5n, idLength)
    this.setup = setup
    this.census = census
    const source = seededRandom(seed)
    const random = (length: number): Uint8Array => {
      const bytes = source(length)
      this.#draws.push(bytes)
      return bytes
    }
    this.core = new NodeCore({ id: self, random }, options)
    this.core.watch(true)
    this.model = new NodeModel(self, resolveCoreOptions(options))
    this.model.now = this.now
    this.model.note = (what) => this.count(what)
    for (const local of setup.locals) {
      this.core.bound(local)
      this.model.bound(local)
    }
    this.last = this.core.inspect(this.now)
    this.check()
  }

  count(what: string): void {
    this.census.count(what as Case)
  }

  /** Passes an event to the core and to the model, and compares all effects. */
  play(event: Event): readonly Effect[] {
    const { core, model, now } = this
    const all = [...model.families.values()].map(({ overlay }) => overlay.transactions)
    const open = all.flatMap((transactions) =>
      transactions.open.map((asked) => ({ asked, transactions })),
    )
    const before = this.last
    this.#draws.length = 0
    const effects = happen(core, event, now)
    model.draws = [...this.#draws]
    const oracle = new Oracle(effects, model.config.network)
    model.step(now, oracle, () => modelled(model, event))
    this.last = core.inspect(now)
    takeOver(model, this.last)
    const isOpen = new Set([...model.families.values()].flatMap((s) => s.overlay.transactions.open))
    for (const { asked, transactions } of open) {
      if (isOpen.has(asked)) continue
      this.ended.push(...transactions.idsOf(asked).map((id) => ({ id, to: asked.to })))
    }
    const step = { event, effects, before, after: this.last, settled: this.settled }
    const wrong = stepViolations(step)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    return effects
  }

  /** Only time has passed. */
  look(): void {
    this.model.step(this.now, new Oracle([], this.model.config.network), () => {})
    this.last = this.core.inspect(this.now)
    takeOver(this.model, this.last)
  }

  /** Compares the inspection with the model, after every command. */
  check(): void {
    compare(this.model, this.core, this.last)
    const wrong = stateViolations(this.last)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  }

  /** An id that shares as many leading bits with ours as its level says. */
  idAt(level: number, salt: number): Id {
    const { model, setup } = this
    const { idLength } = model.config.network
    const place = 8 * idLength - 1 - (level % LEVELS) * setup.stride
    const far = (1n << BigInt(place)) + (BigInt(salt % 4) << BigInt(place - 2))
    return idFromBigInt(model.self ^ far, idLength)
  }

  placeOf(n: number, family: Family): Endpoint {
    const host = n % 40
    const port = 4000 + (n % 3)
    if (n % 23 === 11) return endpoint(family === 4 ? '127.0.0.1' : '::1', port)
    if (n % 29 === 13) return endpoint(NO_NODE[family][(n >> 1) % 3]!, port)
    return endpoint(family === 4 ? `20.0.${host}.1` : `2001:db8:0:${host}::1`, port)
  }

  familyOf(is6: boolean): Family {
    const [first, second] = this.setup.locals
    return (is6 ? (second ?? first) : first)?.family ?? 4
  }

  peer({ of, n, is6 }: Who): Peer {
    const { model } = this
    const family = this.familyOf(is6)
    const { table } = model.families.get(family)!.overlay
    const fresh = model.peer(this.idAt(n, n >> 3), this.placeOf(n, family))
    const known = (of === 'candidate' ? table.candidates : table.members).map(
      ({ contact }) => contact as Peer,
    )
    const one = known[n % Math.max(1, known.length)]
    switch (of) {
      case 'neighbour':
        return this.neighboursOf(family)[n % NEIGHBOURS]!
      case 'member':
      case 'candidate':
        return one ?? fresh
      case 'same id':
        return one === undefined ? fresh : model.peer(one.id, fresh.contact.endpoint)
      case 'same address':
        return one === undefined ? fresh : model.peer(fresh.id, one.contact.endpoint)
      case 'own id':
        return model.peer(model.selfId, fresh.contact.endpoint)
      case 'own address':
        return model.peer(fresh.id, this.model.families.get(family)!.overlay.local)
      default:
        return fresh
    }
  }

  #meetNeighbours(): Peer[] {
    return ([4, 6] as const).flatMap((family) =>
      Array.from({ length: NEIGHBOURS }, (_, n) =>
        this.model.know(peerOf(this.idAt(n, n >> 1), this.placeOf(n + 20, family))),
      ),
    )
  }

  neighboursOf(family: Family): readonly Peer[] {
    return this.neighbours.filter(({ contact }) => contact.endpoint.family === family)
  }
}

function happen(core: NodeCore, event: Event, now: number): readonly Effect[] {
  switch (event.kind) {
    case 'receive':
      return core.receive(event.bytes, event.from, now)
    case 'undeliverable':
      return core.undeliverable(event.to, event.code, now)
    case 'lost':
      return core.transportLost(event.family, now)
    case 'reopened':
      return core.transportReopened(event.local, now)
    case 'begin':
      return core.start(event.command, now)
    case 'wake':
      return core.handleTimeout(now)
  }
}

function modelled(model: NodeModel, event: Event): void {
  if (event.kind === 'receive') model.receive(event.bytes, event.from)
  if (event.kind === 'undeliverable') model.undeliverable(event.to, event.code)
  if (event.kind === 'lost') model.transportLost(event.family)
  if (event.kind === 'reopened') model.transportReopened(event.local)
  if (event.kind === 'begin') model.start(event.command)
  if (event.kind === 'wake') model.handleTimeout()
}

const bound = (usual: number, ...near: readonly number[]): fc.Arbitrary<number> =>
  fc.constantFrom(usual, usual, usual, ...near)

/** Small worlds where every limit is near, with ids that share few or many leading bits. */
export function anySetup(isSmall: boolean): fc.Arbitrary<Setup> {
  const options = fc.record({
    network: fc.constantFrom(...UNPACED),
    k: isSmall ? fc.constantFrom(2, 1, 3, 4, 8) : fc.constantFrom(8, 4),
    alpha: fc.constantFrom(3, 1, 2),
    bucketWidths: fc.constantFrom([], [4], [2, 6]),
    maxOperations: bound(1024, 2),
    maxTransactions: bound(16_384, 5),
    maxAnnouncements: bound(10_000, 1),
    maxRounds: bound(16, 1),
    queriesPerSource: bound(1_000, 3),
    maxSources: bound(65_536, 2),
    replyBytesPerSecond: bound(16_777_216, 400),
    checksPerSecond: bound(4, 0.5),
    checkBurst: bound(32, 1, 3),
    maxPeers: bound(1_000, 2),
    maxItems: bound(8_192, 2),
    maxItemsPerSource: bound(256, 1),
    signatureChecksPerSecond: bound(200, 0.5),
    maxPeersPerKey: bound(500, 1),
    peersPerReply: fc.constantFrom({ 4: 50, 6: 25 }, { 4: 2, 6: 1 }),
    readOnly: bound(0, 0, 0, 1).map((on) => on === 1),
  })
  const locals = fc.constantFrom(
    [HOME[4]],
    [HOME[4], HOME[6]],
    [HOME[6]],
    [EVERYWHERE[4]],
    [EVERYWHERE[4], EVERYWHERE[6]],
  )
  const stride = isSmall ? fc.constant(1) : fc.constantFrom(1, 7, 25)
  return fc.record({
    seed: fc.nat({ max: 9_999 }),
    locals,
    options,
    place: fc.constant(0),
    stride,
  })
}
