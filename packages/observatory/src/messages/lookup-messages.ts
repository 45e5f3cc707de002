// The steps of lookups in messages, and the lookups that are kept for observers who come later.

import type { TracedLookup, TracedQuery, TraceStep } from '@dht/node/core'
import {
  type LookupHead,
  type LookupMessage,
  type LookupQuery,
  type LookupRecord,
  type LookupStep,
  MAX_LOOKUP_STEPS,
  MAX_LOOKUPS,
  MAX_STEP_CONTACTS,
  type Peer,
} from '../protocol.ts'
import { hexOf, peerOf, roundMs, type Told } from './peer-text.ts'

/** Most steps of all lookups that are kept: ours, about 5 MiB. */
const MAX_STEPS = 5_000

interface Kept {
  readonly lookup: LookupHead
  readonly steps: LookupStep[]
  isCut: boolean
}

export class LookupHistory {
  /** By id, the one that began longest ago first. */
  readonly #kept = new Map<number, Kept>()
  #steps = 0

  /** @returns the message; undefined: the lookup has had too many steps, or is not known */
  step(lookup: Told<TracedLookup>, taken: Told<TraceStep>): LookupMessage | undefined {
    const kept = this.#keptOf(lookup, taken.kind)
    if (kept === undefined) return undefined
    const step = stepOf(taken)
    // The end is always told, so the last place is for it.
    if (kept.steps.length >= MAX_LOOKUP_STEPS - 1 && step.kind !== 'ended') {
      kept.isCut = true
      return undefined
    }
    kept.steps.push(step)
    this.#steps++
    this.#dropOldest()
    return { kind: 'lookup', at: step.at, lookup: kept.lookup, step }
  }

  /** Copies, oldest first. */
  get records(): LookupRecord[] {
    return Array.from(this.#kept.values(), ({ lookup, steps, isCut }) => {
      return { lookup, steps: [...steps], isCut }
    })
  }

  #keptOf(lookup: Told<TracedLookup>, kind: TraceStep['kind']): Kept | undefined {
    const known = this.#kept.get(lookup.lookupId)
    // A lookup that was under way when tracing began, or that was dropped, has no beginning.
    if (known !== undefined || kind !== 'started') return known
    const kept = { lookup: headOf(lookup), steps: [], isCut: false }
    this.#kept.set(lookup.lookupId, kept)
    return kept
  }

  #dropOldest(): void {
    for (const [id, { steps }] of this.#kept) {
      if (this.#kept.size <= MAX_LOOKUPS && this.#steps <= MAX_STEPS) return
      // Of a single one the steps are bounded.
      if (this.#kept.size === 1) return
      this.#kept.delete(id)
      this.#steps -= steps.length
    }
  }
}

function headOf({
  lookupId,
  operationId,
  target,
  family,
  purpose,
}: Told<TracedLookup>): LookupHead {
  return {
    id: lookupId,
    ...(operationId !== undefined && { operationId }),
    target: hexOf(target),
    family,
    purpose,
  }
}

function stepOf(step: Told<TraceStep>): LookupStep {
  const at = roundMs(step.at)
  switch (step.kind) {
    case 'started':
      return { kind: 'started', at, startingContacts: peersOf(step.startingContacts) }
    case 'queried':
      return { kind: 'queried', at, ...queryOf(step), waits: step.waits }
    case 'stalled':
      return { kind: 'stalled', at, ...queryOf(step) }
    case 'responded':
      return {
        kind: 'responded',
        at,
        ...queryOf(step),
        responder: peerOf(step.responder),
        verdict: step.verdict,
        roundTripMs: roundMs(step.roundTripMs),
        closer: peersOf(step.closer),
        unusable: step.unusable,
        values: step.values,
        hasToken: step.hasToken,
      }
    case 'failed':
      return { kind: 'failed', at, ...queryOf(step), reason: step.reason }
    case 'ended': {
      const { closest, incompleteReasons } = step
      return { kind: 'ended', at, closest: peersOf(closest), incompleteReasons }
    }
  }
}

function queryOf({ contact, phase, toward }: Told<TracedQuery>): LookupQuery {
  return { contact: peerOf(contact), phase, ...(toward !== undefined && { toward: hexOf(toward) }) }
}

function peersOf(contacts: readonly Parameters<typeof peerOf>[0][]): Peer[] {
  return contacts.slice(0, MAX_STEP_CONTACTS).map(peerOf)
}
