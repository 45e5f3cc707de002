// A lookup in a network so small that all its events can be enumerated. What a node knows is chosen
// when it responds. No node is queried twice, so this covers every network. A world checks itself
// after each event, and compares each new state with the model.

import type { World } from '@dht/testing/explore'
import type { Lookup } from '../../src/index.ts'
import { type TestNode, testNode } from '../support/network.ts'
import { name } from './lookup.agreement.ts'
import type { ReportedContact } from './lookup.facts.ts'
import { recall } from './lookup.memory.ts'
import { nextOf, type View, viewOf } from './lookup.model.ts'
import { look, newLookup } from './lookup.script.ts'
import type { HistoryEvent, Setup } from './lookup.setup.ts'

/** Sets of nodes are bit masks over the indexes in `nodes`; the last index is our own id. */
export type Move =
  | readonly ['seed', number]
  | readonly ['fail' | 'stall', number]
  | readonly ['respond', asked: number, responder: number, named: number]

export interface Space {
  /** Other contacts, at most 4; the target is 0. Two may have the same id, or the same address. */
  readonly contacts: readonly TestNode[]
  /** Whether the lookup knows of endpoints and addresses; one place per address, two per id. */
  readonly heedsEndpoints: boolean
  readonly self: number
  readonly k: number
  readonly alpha: number
}

const STRAY_TOKEN = Uint8Array.of(1)

export class LookupWorld implements World<Move> {
  readonly #space: Space
  readonly #nodes: readonly TestNode[]
  readonly #compared: Set<string>
  readonly #history: HistoryEvent[] = []
  readonly #toldAll = new Set<TestNode>()
  #lookup: Lookup<TestNode> | undefined
  #setup: Setup | undefined

  /** @param compared - keys of the states that were compared with the model */
  constructor(space: Space, compared: Set<string>) {
    this.#space = space
    this.#nodes = [...space.contacts, testNode(BigInt(space.self), 1)]
    this.#compared = compared
  }

  moves(): Move[] {
    const everybody = 2 ** this.#space.contacts.length
    if (this.#lookup === undefined) {
      return Array.from(
        { length: 2 * everybody },
        (_, startingContacts): Move => ['seed', startingContacts],
      )
    }
    if (this.#lookup.isDone) return []
    return this.#openQueries().flatMap(({ node, hasStalled }): Move[] => {
      const at = this.#nodes.indexOf(node)
      return [
        ['fail', at],
        ...(hasStalled ? [] : ([['stall', at]] as const)),
        ...Array.from({ length: everybody }, (_, named): Move => ['respond', at, at, named]),
        ['respond', at, at, 2 * everybody - 1],
        ...this.#nodes.flatMap((_, other): Move[] =>
          other === at ? [] : [['respond', at, other, everybody - 1]],
        ),
      ]
    })
  }

  make(move: Move): void {
    if (move[0] === 'seed') {
      this.#setup = setupOf(this.#space, this.#pick(move[1]))
      this.#lookup = newLookup(this.#setup)
    } else {
      const before = this.#progress()
      this.#happen(move)
      // Each query stalls at most once and is settled once, so every history is finite.
      if (this.#progress() <= before) throw new Error('no progress')
    }
    this.#askAll()
  }

  key(): string {
    if (this.#lookup === undefined) return 'unseeded'
    const view = look(this.#lookup, this.#setup!.region)
    const isEmpty = this.#setup!.startingContacts.length === 0
    const key = `${isEmpty ? 'none' : ''}${view.phase}${this.#memoryText(view)}`
    if (this.#compared.has(key)) return key
    this.#compared.add(key)
    for (const wrong of violations(this.#space, view, this.#openQueries().length))
      throw new Error(wrong)
    this.#compareWithModel(view)
    this.#ignoresStrays(view)
    return key
  }

  /** All that what follows may depend on. */
  #memoryText(view: View): string {
    if (!this.#space.heedsEndpoints) {
      const told = ({ node }: { node: TestNode }): string => (this.#toldAll.has(node) ? '!' : '')
      return String(view.candidates.map((one) => `${one.node.value} ${one.state}${told(one)}`))
    }
    const { facts, places, aside, needsProof } = recall(this.#setup!, this.#history)
    const reporters = facts.map(({ reporter }) => reporter)
    const textOf = ({ node, isOwn, reporters: by }: ReportedContact): string => {
      return `${name(node)} by ${isOwn ? 'us' : ''} ${by.map((each) => reporters.indexOf(each))}`
    }
    const known = facts.map(({ reported, others, queries, ended, hasToldAll, reporter }) => [
      [textOf(reported), ended, hasToldAll, reporter?.hits, reporter?.misses],
      others.map(textOf),
      queries.map((query) => [textOf(query.reported), query.isOpen, query.hasStalled]),
    ])
    const waiting = aside.map(({ reported }) => textOf(reported))
    return JSON.stringify([needsProof, known, places.map(({ node }) => name(node)), waiting])
  }

  #openQueries(): { readonly node: TestNode; readonly hasStalled: boolean }[] {
    const { facts } = recall(this.#setup!, this.#history)
    const open = facts.flatMap(({ queries }) => queries.filter(({ isOpen }) => isOpen))
    return open.map(({ reported, hasStalled }) => ({ node: reported.node, hasStalled }))
  }

  #happen(move: Exclude<Move, readonly ['seed', number]>): void {
    const lookup = this.#lookup!
    const asked = this.#nodes[move[1]]!
    if (move[0] !== 'respond') {
      if (move[0] === 'fail') lookup.failed(asked)
      else lookup.stalled(asked)
      this.#history.push({ kind: move[0], asked })
      return
    }
    const responder = this.#nodes[move[2]]!
    const closer = this.#pick(move[3])
    const verdict = lookup.responded(asked, { responder, closer }).kind
    this.#history.push({ kind: 'respond', asked, responder, closer, token: undefined })
    if (verdict === 'ignored') throw new Error('an open question was ignored')
    if (verdict !== 'rejected' && this.#hasToldAll(responder, closer)) this.#toldAll.add(responder)
  }

  #askAll(): void {
    const lookup = this.#lookup!
    const slots = Math.max(this.#space.k, this.#space.alpha)
    for (let step = lookup.next(); step.kind !== 'done'; step = lookup.next()) {
      const { queried, responded, failed } = lookup.tally
      if (step.kind === 'wait') {
        if (queried === responded + failed) throw new Error('waits for nothing')
        return
      }
      const { contact } = step
      const { phase, candidates } = lookup.snapshot()
      const patient = candidates.filter(({ state }) => state === 'queried').length
      const limit = phase === 'final round' ? slots : this.#space.alpha
      if (patient > limit) throw new Error(`SEARCH-2: ${patient} in flight of ${limit}`)
      const isKnown = this.#history.some((one) => one.kind === 'query' && one.asked === contact)
      if (isKnown) throw new Error(`SEARCH-3: ${contact.value} asked twice`)
      if (contact === this.#nodes.at(-1)) throw new Error('SEARCH-3: asks itself')
      this.#history.push({ kind: 'query', asked: contact })
    }
  }

  #compareWithModel(view: View): void {
    const seen = JSON.stringify(plain(view))
    const expected = JSON.stringify(plain(viewOf(this.#setup!, this.#history)))
    if (seen !== expected) throw new Error(`shows ${seen}, the model ${expected}`)
    const next = nextOf(this.#setup!, this.#history)
    if (typeof next !== 'string') throw new Error(`SEARCH-5: ${next.value} is not asked`)
  }

  /** Responses to queries that are not open, or any response after the end. */
  #ignoresStrays(view: View): void {
    const lookup = this.#lookup!
    const open = this.#openQueries().map(({ node }) => node)
    const asked = this.#history.flatMap((one) => (one.kind === 'query' ? [one.asked] : []))
    // A contact that was never queried stands for the query to its id.
    const isOpen = (node: TestNode): boolean => {
      if (lookup.isDone) return false
      return asked.includes(node)
        ? open.includes(node)
        : open.some(({ value }) => value === node.value)
    }
    for (const node of this.#nodes) {
      if (isOpen(node)) continue
      const reply = { responder: node, closer: this.#nodes, token: STRAY_TOKEN }
      const { kind } = lookup.responded(node, reply)
      if (kind !== 'ignored') throw new Error(`SEARCH-6: a stray was ${kind}`)
      lookup.stalled(node)
      lookup.failed(node)
    }
    if (JSON.stringify(plain(look(lookup, this.#setup!.region))) !== JSON.stringify(plain(view))) {
      throw new Error('SEARCH-6: a stray had an effect')
    }
  }

  #hasToldAll(responder: TestNode, closer: readonly TestNode[]): boolean {
    const heard = closer.map(({ value }) => Number(value)).sort((a, b) => a - b)
    const farthest = heard.slice(0, this.#space.k).at(-1)
    return farthest !== undefined && Math.clz32(farthest) <= Math.clz32(Number(responder.value))
  }

  #pick(mask: number): TestNode[] {
    return this.#nodes.filter((_, at) => (mask >> at) & 1)
  }

  #progress(): number {
    const { stalled, responded, failed } = this.#lookup!.tally
    return stalled + responded + failed
  }
}

/** All violated laws of a state. The target is 0, so values are distances. */
export function violations(
  { k, heedsEndpoints }: Pick<Space, 'k' | 'heedsEndpoints'>,
  view: View,
  open: number,
): string[] {
  const wrong: string[] = []
  const standing = view.candidates
    .filter(({ state }) => state !== 'failed')
    .sort((a, b) => Number(a.node.value - b.node.value))
  const isSettled = standing.slice(0, k).every(({ state }) => state === 'responded')
  const isDone = view.phase === 'complete'
  // With endpoints, nodes that name hardly anything true take no places among the nearest.
  if (isDone ? !isSettled : isSettled && !heedsEndpoints) wrong.push(`SEARCH-6: ${view.phase}`)
  const answered = standing
    .filter(({ state }) => state === 'responded')
    .map(({ node }) => node.value)
  const closest = view.closest.map(({ value }) => value)
  if (String(closest) !== String(answered.slice(0, k))) wrong.push(`SEARCH-11: ${closest}`)
  const { queried, responded: told, failed } = view.tally
  if (queried !== told + failed + open) wrong.push('SEARCH-21: questions do not add up')
  return wrong
}

function setupOf(
  { self, k, alpha, heedsEndpoints }: Space,
  startingContacts: readonly TestNode[],
): Setup {
  return {
    width: 1,
    target: 0n,
    self: BigInt(self),
    startingContacts,
    more: undefined,
    prompt: undefined,
    barred: undefined,
    ownAddresses: [],
    heedsAddresses: heedsEndpoints,
    heedsEndpoints,
    ...{ maxPerAddress: 1, contactsPerId: 2, region: 0 },
    k,
    alpha,
    finalRoundAlpha: Math.max(k, alpha),
    ...{ maxQueries: 99, shortlistSize: 99, maxPerResponse: k },
  }
}

function plain({ phase, candidates, closest, writeTargets, tally }: View): unknown {
  return {
    phase,
    candidates: candidates.map(({ node, state, hop, token }) => [
      Number(node.value),
      state,
      hop,
      token,
    ]),
    closest: closest.map(({ value }) => Number(value)),
    writeTargets: writeTargets.map(({ node, token }) => [Number(node.value), token]),
    tally: [tally.queried, tally.responded, tally.stalled, tally.failed, tally.hops],
  }
}
