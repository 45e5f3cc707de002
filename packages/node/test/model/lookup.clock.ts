// Lookups among hosts that respond after their round trip. The transaction table decides when a
// query stalls and when it expires, as in a node. Several lookups use one table in sequence: what
// the first ones measured decides the timeouts of the next ones.

import { type Endpoint, endpoint, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import type { Census } from '@dht/testing/census'
import { type Route, roundTripOf, Traffic } from '@dht/testing/round-trips'
import { act, look, newLookup, type Turn } from '../../../search/test/model/lookup.script.ts'
import type { HistoryEvent, Setup } from '../../../search/test/model/lookup.setup.ts'
import { chance } from '../../../search/test/support/chance.ts'
import { Network, nearest, type TestNode, testNode } from '../../../search/test/support/network.ts'
import type { TimedCase } from './lookup.clock.cases.ts'

export interface TimedScript {
  readonly seed: number
  readonly k: number
  readonly alpha: number
  readonly self: number
  /** No two with equal values, and none with our own. */
  readonly hosts: readonly { readonly value: number; readonly route: Route }[]
  /** Lookups in sequence, and the wait before each, ms. */
  readonly lookups: readonly { readonly target: number; readonly afterMs: number }[]
}

export interface Host {
  readonly node: TestNode
  readonly endpoint: Endpoint
  readonly route: Route
  /** Whether each response comes before the query expires. */
  readonly isSteady: boolean
  asked: number
}

export interface Question {
  readonly walk: Walk
  readonly host: Host
  readonly roundTripMs: number | undefined
  isSuspect: boolean
  hasStalled: boolean
  end: 'answered' | 'given up' | undefined
}

/** One lookup. */
export interface Walk {
  readonly setup: Setup
  readonly turns: Turn[]
  readonly questions: Question[]
  readonly play: (event: HistoryEvent | { readonly kind: 'next' }) => Turn
}

interface Answer {
  readonly question: Question
  readonly id: Uint8Array
}

const WIDTH = 1
const STEADY: ReadonlySet<string> = new Set(['near', 'far', 'slow'])

export class TimedLookups {
  readonly hosts: readonly Host[]
  readonly #script: TimedScript
  readonly #census: Census<TimedCase>
  readonly #table: TransactionTable<Question>
  readonly #traffic = new Traffic<Answer>()
  readonly #known = new Map<Host, readonly TestNode[]>()
  #now = 0

  constructor(script: TimedScript, census: Census<TimedCase>) {
    this.#script = script
    this.#census = census
    this.#table = new TransactionTable(seededRandom(script.seed))
    this.hosts = script.hosts.map(({ value, route }) => {
      const isSteady = STEADY.has(route.distance)
      const to = endpoint('192.0.2.1', value + 1)
      return { node: testNode(BigInt(value), WIDTH), endpoint: to, route, isSteady, asked: 0 }
    })
  }

  /** Runs all lookups, and then waits for the open queries. */
  play(): readonly Walk[] {
    const walks = this.#script.lookups.map(({ target, afterMs }) => {
      const end = this.#now + afterMs
      while (this.#nextAt <= end) this.#happen()
      this.#now = end
      const walk = walkOf(this.#setupOf(BigInt(target)))
      this.#advance(walk)
      while (!isDone(walk)) this.#happen()
      return walk
    })
    while (Number.isFinite(this.#nextAt)) this.#happen()
    return walks
  }

  get #nextAt(): number {
    return Math.min(this.#traffic.nextAt(), this.#table.nextTimeout() ?? Number.POSITIVE_INFINITY)
  }

  #setupOf(target: bigint): Setup {
    const { k, alpha, self } = this.#script
    const unsteady = this.hosts.filter(({ isSteady }) => !isSteady).map(({ node }) => node)
    const steady = this.hosts.filter(({ isSteady }) => isSteady).map(({ node }) => node)
    return {
      width: WIDTH,
      target,
      self: BigInt(self),
      // Some that are not the nearest: the lookup has to learn the others.
      startingContacts: [...steady.slice(0, 2), ...unsteady.slice(0, 2)],
      ownAddresses: [],
      heedsAddresses: true,
      heedsEndpoints: false,
      ...{ more: undefined, prompt: undefined, barred: undefined, region: 0 },
      ...{ maxPerAddress: 1, contactsPerId: 1 },
      ...{ k, alpha, finalRoundAlpha: Math.max(k, alpha), maxPerResponse: 2 * k },
      ...{ maxQueries: 999, shortlistSize: 999 },
    }
  }

  /** Queries all contacts that may be queried now. */
  #advance(walk: Walk): void {
    for (;;) {
      const { step } = walk.play({ kind: 'next' })
      if (typeof step !== 'object') return
      this.#ask(walk, this.hosts.find(({ node }) => node.value === step.value)!)
    }
  }

  #ask(walk: Walk, host: Host): void {
    const roundTripMs = roundTripOf(host.route, host.asked)
    host.asked += 1
    const none = { isSuspect: false, hasStalled: false, end: undefined }
    const question: Question = { walk, host, roundTripMs, ...none }
    const { transactionId, isSuspect } = this.#table.open(host.endpoint, question, this.#now)!
    question.isSuspect = isSuspect
    walk.questions.push(question)
    this.#send(question, transactionId)
    this.#census.count(host.route.distance)
    if (isSuspect) this.#census.count('suspect')
  }

  #send(question: Question, id: Uint8Array): void {
    const { roundTripMs } = question
    if (roundTripMs !== undefined) this.#traffic.send({ question, id }, this.#now + roundTripMs)
  }

  #happen(): void {
    this.#now = this.#nextAt
    for (;;) {
      const answer = this.#traffic.receive(this.#now)
      if (answer === undefined) break
      this.#arrive(answer)
    }
    for (const lapse of this.#table.handleTimeout(this.#now)) {
      const question = lapse.transaction.context
      if (lapse.kind === 'expired') this.#giveUp(question)
      else this.#stall(question, lapse.secondId)
    }
  }

  /** A suspect fails when it stalls, and its query is not sent again. */
  #stall(question: Question, secondId: Uint8Array): void {
    const { walk, host, isSuspect } = question
    question.hasStalled = true
    if (isSuspect) this.#census.count('a suspect stalls')
    walk.play({ kind: isSuspect ? 'fail' : 'stall', asked: host.node })
    this.#advance(walk)
    if (!isSuspect) this.#send(question, secondId)
  }

  #giveUp(question: Question): void {
    const { walk, host } = question
    question.end = 'given up'
    this.#census.count('given up')
    walk.play({ kind: 'fail', asked: host.node })
    this.#advance(walk)
  }

  #arrive({ question, id }: Answer): void {
    const { walk, host, hasStalled } = question
    const settled = this.#table.settle(id, host.endpoint, this.#now)
    if (settled === undefined) {
      const late = this.#table.settleLate(id, host.endpoint, this.#now)
      if (late !== undefined) this.#census.count('answered after it was given up')
      return
    }
    question.end = 'answered'
    if (isDone(walk)) this.#census.count('answered after the end')
    this.#census.count(hasStalled ? 'answered after a stall' : 'answered before a stall')
    const closer = this.#answerOf(host, walk.setup)
    const token = Number(host.node.value)
    walk.play({ kind: 'respond', asked: host.node, responder: host.node, closer, token })
    this.#advance(walk)
  }

  /** The k nearest steady hosts that it knows, and the k nearest of all others. */
  #answerOf(host: Host, { target, k }: Setup): readonly TestNode[] {
    const others = this.hosts.filter((other) => !other.isSteady && other !== host)
    const unsteady = others.map(({ node }) => node)
    return [...nearest(this.#steadyKnownTo(host), target, k), ...nearest(unsteady, target, k)]
  }

  /** Its buckets are complete with regard to steady hosts. */
  #steadyKnownTo(host: Host): readonly TestNode[] {
    const known = this.#known.get(host) ?? this.#draw(host)
    this.#known.set(host, known)
    return known
  }

  #draw(host: Host): readonly TestNode[] {
    const { seed, k } = this.#script
    const there = this.hosts.filter((other) => other.isSteady || other === host)
    const values = there.map(({ node }) => node.value)
    const random = chance(seed + Number(host.node.value))
    const network = new Network({ values, width: WIDTH, k, random })
    const own = network.nodes.find(({ value }) => value === host.node.value)!
    return network.table(own)
  }
}

function isDone({ turns }: Walk): boolean {
  const phase = turns.at(-1)?.after.phase
  return phase === 'complete' || phase === 'aborted'
}

function walkOf(setup: Setup): Walk {
  const lookup = newLookup(setup)
  const turns: Turn[] = []
  let before = look(lookup, setup.region)
  const play: Walk['play'] = (event) => {
    const done = act(lookup, event)
    const turn = { ...done, before, after: look(lookup, setup.region) }
    before = turn.after
    turns.push(turn)
    return turn
  }
  return { setup, turns, questions: [], play }
}
