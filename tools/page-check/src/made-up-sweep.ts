// The sweep of a made-up lookup: visits of contacts, and walks toward random points, some of which
// query the same contacts.

import type { LookupStep, Peer } from '@dht/observatory/recording'
import { type Chance, madeUpId, xor } from './made-up-ids.ts'

const POINTS = 5
const QUERIES_PER_POINT = 6
const VISITS = 8

type EndStep = Extract<LookupStep, { kind: 'ended' }>

/** @returns the steps of the lookup, with those of a sweep before its end */
export function withSweep(
  steps: readonly LookupStep[],
  { target, peers, chance }: { target: string; peers: readonly Peer[]; chance: Chance },
): LookupStep[] {
  const end = steps.at(-1) as EndStep
  const near = nearestTo(target, peers)
  const visits = near.slice(8, 8 + VISITS).map((contact) => ({ contact, toward: undefined }))
  const walks = Array.from({ length: POINTS }, (_, part) => {
    const toward = target.slice(0, part + 1) + madeUpId(chance, target.length - part - 1)
    const asked = nearestTo(toward, near.slice(0, 40)).slice(0, QUERIES_PER_POINT)
    return asked.map((contact) => ({ contact, toward }))
  })
  const swept = [visits, ...walks].flatMap((queries) => {
    let at = end.at
    return queries.flatMap((query) => {
      const made = stepsOf(query, at, chance)
      at += 20 + Math.floor(chance() * 180)
      return made
    })
  })
  const sorted = swept.sort((a, b) => a.at - b.at)
  return [...steps.slice(0, -1), ...sorted, { ...end, at: sorted.at(-1)?.at ?? end.at }]
}

function nearestTo(point: string, peers: readonly Peer[]): Peer[] {
  return peers.toSorted((a, b) => (xor(a.id, point) < xor(b.id, point) ? -1 : 1))
}

function stepsOf(
  { contact, toward }: { contact: Peer; toward: string | undefined },
  at: number,
  chance: Chance,
): LookupStep[] {
  const query = { contact, phase: 'sweep', ...(toward !== undefined && { toward }) } as const
  const queried = { kind: 'queried', at, ...query, waits: false } as const
  if (chance() < 0.15) {
    const stalled = { kind: 'stalled', at: at + 400, ...query } as const
    return [queried, stalled, { kind: 'failed', at: at + 1500, ...query, reason: 'timeout' }]
  }
  const roundTripMs = 30 + Math.floor(chance() * 220)
  const rest = { responder: contact, verdict: 'accepted', closer: [], unusable: 0, values: 0 }
  const responded = { kind: 'responded', at: at + roundTripMs, ...query, ...rest } as const
  return [queried, { ...responded, roundTripMs, hasToken: toward === undefined }]
}
