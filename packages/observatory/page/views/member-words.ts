// What is known of a contact, in words.

import type { Member } from '../../src/protocol.ts'
import { shownText } from '../model/shown-text.ts'
import { agoText, shortId, spanText } from '../model/words.ts'

export function memberWords(member: Member, now: number): string {
  const { id, endpoint, state } = member
  return `${shortId(id)} at ${shownText(endpoint)}, ${state}, ${stateReason(member, now)}`
}

/** Why a contact has its state. */
export function stateReason({ state, seenAt, failures }: Member, now: number): string {
  if (state === 'bad') return `${failures} queries in a row failed`
  const seen = seenAt === undefined ? 'never seen' : `seen ${agoText(seenAt, now)}`
  return failures > 0 ? `${seen}, ${failures} failed` : seen
}

export function roundTripText({ roundTripMs }: Member): string {
  return roundTripMs === undefined ? '–' : spanText(roundTripMs)
}
