// How one lookup went so far, made of its steps: which node told of which, what became of each
// query, and which nodes were never queried. Knows no terminal.

import { commonPrefixLength, compareDistance, type Id, idFromHex } from '@dht/id'
import { type Contact, formatEndpoint, type TracedLookup, type TraceStep } from '@dht/node'

type Step<Kind extends TraceStep['kind']> = TraceStep & { readonly kind: Kind }
/** A step about a query. */
export type QueryStep = Step<'queried' | 'stalled' | 'responded' | 'failed'>

export type Fate =
  | { readonly kind: 'queried' | 'waiting' | 'late' }
  | { readonly kind: 'responded'; readonly step: Step<'responded'> }
  | { readonly kind: 'failed'; readonly reason: Step<'failed'>['reason'] }

/** A query, and what became of it. */
export interface WalkQuery {
  readonly phase: QueryStep['phase']
  /** The random point that it asked about; absent: it asked about the target. */
  readonly toward?: string | undefined
  readonly fate: Fate
}

/** A node as the lookup knows it. */
export interface WalkNode {
  readonly contact: Contact
  /** How many leading bits its id shares with the target. */
  readonly sharedBits: number
  /** Usually one, or none; a sweep may query a node several times. */
  readonly queries: readonly WalkQuery[]
  /** The nodes that it was the first to tell of, nearest to the target first. */
  readonly told: readonly WalkNode[]
  /** Whether it is one of the nearest that responded, in the end. */
  readonly isNearest: boolean
  /** Whether it is farther from the target than all of these; known in the end. */
  readonly isFarther: boolean
}

interface Entry {
  readonly contact: Contact
  readonly id: Id
  readonly told: Entry[]
  /** By phase and point. */
  readonly queries: Map<string, WalkQuery>
}

export class Walk {
  readonly lookup: TracedLookup
  readonly #target: Id
  readonly #known = new Map<string, Entry>()
  readonly #first: Entry[] = []
  #startedAt: number | undefined
  #end: Step<'ended'> | undefined

  constructor(lookup: TracedLookup) {
    this.lookup = lookup
    this.#target = idFromHex(lookup.target)
  }

  /** The last step, when the lookup has ended. */
  get end(): Step<'ended'> | undefined {
    return this.#end
  }

  /** What became of each query. */
  get fates(): readonly Fate[] {
    const all = [...this.#known.values()].flatMap(({ queries }) => [...queries.values()])
    return all.map(({ fate }) => fate)
  }

  /** The nodes that the lookup began with. */
  get roots(): readonly WalkNode[] {
    return this.#nodesOf(this.#first)
  }

  /** Time from the first step to an instant, ms. */
  elapsed({ at }: TraceStep): number {
    this.#startedAt ??= at
    return at - this.#startedAt
  }

  take(step: TraceStep): void {
    this.#startedAt ??= step.at
    switch (step.kind) {
      case 'started':
        for (const contact of step.startingContacts) this.#add(contact, this.#first)
        break
      case 'queried':
        this.#set(step, { kind: step.waits ? 'waiting' : 'queried' })
        break
      case 'stalled':
        this.#set(step, { kind: 'late' })
        break
      case 'responded': {
        const entry = this.#set(step, { kind: 'responded', step })
        for (const contact of step.closer) this.#add(contact, entry.told)
        break
      }
      case 'failed':
        this.#set(step, { kind: 'failed', reason: step.reason })
        break
      case 'ended':
        this.#end = step
    }
  }

  #set({ contact, phase, toward }: QueryStep, fate: Fate): Entry {
    const entry = this.#add(contact, this.#first)
    entry.queries.set(`${phase} ${toward}`, { phase, toward, fate })
    return entry
  }

  #add(contact: Contact, among: Entry[]): Entry {
    const known = this.#known.get(keyOf(contact))
    if (known !== undefined) return known
    const entry: Entry = { contact, id: idFromHex(contact.id), told: [], queries: new Map() }
    this.#known.set(keyOf(contact), entry)
    among.push(entry)
    return entry
  }

  #nodesOf(entries: readonly Entry[]): readonly WalkNode[] {
    const target = this.#target
    const nearest = this.#end?.closest ?? []
    const last = nearest.at(-1)
    const farthest = last && idFromHex(last.id)
    const keys = new Set(nearest.map(keyOf))
    return entries
      .toSorted((a, b) => compareDistance(a.id, b.id, target))
      .map(({ contact, id, queries, told }) => ({
        contact,
        queries: [...queries.values()],
        sharedBits: commonPrefixLength(target, id),
        told: this.#nodesOf(told),
        isNearest: keys.has(keyOf(contact)),
        isFarther: farthest !== undefined && compareDistance(farthest, id, target) < 0,
      }))
  }
}

function keyOf(contact: Contact): string {
  return `${contact.id} ${formatEndpoint(contact)}`
}
