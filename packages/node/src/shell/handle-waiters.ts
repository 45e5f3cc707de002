// The handles of lookups and announcements, and how what the core says of an operation reaches
// them, as plain data.

import type { Endpoint } from '@dht/krpc'
import { type Cancel, Handle } from './handle.ts'
import { goesOn, type Waiter } from './operation-waiters.ts'
import { outcomeError } from './outcome-error.ts'
import { type LookupResult, type RoundReport, toPlain } from './plain.ts'

/** Awaited: everything found. Iterated: endpoints as they are found, each once. */
export type Lookup = Handle<Endpoint, LookupResult>

/**
 * Awaited: the first report. Iterated: every report, until the id is deleted or entered again or
 * the node is closed; a round that waits for slow nodes makes two reports. Leaving the loop does
 * not end the announcement.
 */
export type Announcement = Handle<RoundReport, RoundReport>

/** Endpoints that a lookup keeps for slow readers; more than any lookup can find. */
const KEPT_ENDPOINTS = 65_536

/** Reports that an announcement keeps for slow readers: twelve hours of regular rounds. */
const KEPT_REPORTS = 16

/** @param cancel - called when the last reader leaves and the result is not awaited */
export function newLookup(cancel: Cancel): Lookup {
  return new Handle(KEPT_ENDPOINTS, cancel)
}

export function newAnnouncement(): Announcement {
  return new Handle(KEPT_REPORTS, () => {})
}

export function lookupWaiter(lookup: Lookup): Waiter {
  return {
    found: (endpoints) => {
      for (const endpoint of endpoints) lookup.push(toPlain(endpoint))
    },
    settled: (outcome) => {
      if (outcome.kind !== 'found') return lookup.fail(outcomeError(outcome))
      lookup.resolve(toPlain(outcome.result))
      if (!goesOn(outcome)) lookup.end()
    },
    ended: () => lookup.end(),
    failed: (error) => lookup.fail(error),
  }
}

export function announcementWaiter(announcement: Announcement): Waiter {
  return {
    round: (report) => {
      const told: RoundReport = toPlain(report)
      announcement.resolve(told)
      announcement.push(told)
    },
    settled: (outcome) => {
      if (outcome.kind === 'withdrawn') announcement.end()
      announcement.fail(outcomeError(outcome))
    },
    failed: (error) => {
      announcement.end()
      announcement.fail(error)
    },
  }
}
