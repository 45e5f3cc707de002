// What the candidates of a lookup give to its caller: tokens to write with, and contacts that are
// left. Candidates are given nearest first, without those that have failed.

import type { Identified } from '@dht/id'
import type { Candidate } from './candidate.ts'
import type { WriteTarget } from './lookup-step.ts'

/** Before the end, each contact that may still respond keeps one of the places. */
export function writeTargets<C extends Identified>(
  candidates: readonly Candidate<C>[],
  given: { readonly places: number; readonly isDone: boolean },
): WriteTarget<C>[] {
  const targets: WriteTarget<C>[] = []
  let { places } = given
  for (const { contact, state, token } of candidates) {
    if (places === 0) break
    // Only a contact that responded has a token.
    if (token !== undefined) targets.push({ contact, token: new Uint8Array(token) })
    if (token !== undefined || (state !== 'responded' && !given.isDone)) places -= 1
  }
  return targets
}

/** @param distance - the first 32 bits of a distance, as a signed number */
export function tokensWithin<C extends Identified>(
  candidates: readonly Candidate<C>[],
  distance: number,
): WriteTarget<C>[] {
  return candidates.flatMap(({ contact, distance: own, token }) => {
    if (token === undefined || own >= distance) return []
    return [{ contact, token: new Uint8Array(token) }]
  })
}

/** @param distance - the first 32 bits of a distance, as a signed number */
export function unsettledWithin<C extends Identified>(
  candidates: readonly Candidate<C>[],
  distance: number,
): C[] {
  const all = candidates.filter((each) => each.distance < distance && !isSettled(each))
  return all.map(({ contact }) => contact)
}

function isSettled<C extends Identified>(candidate: Candidate<C> | undefined): boolean {
  return candidate?.state === 'responded' || candidate?.state === 'failed'
}

// The `slice` of Node's Buffer would be a view of the datagram, not a copy.
export function copyOf(token: Uint8Array | undefined): Uint8Array | undefined {
  return token && new Uint8Array(token)
}
