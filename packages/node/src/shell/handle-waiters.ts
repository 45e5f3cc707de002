// The handles of lookups and announcements, and how what the core says of an operation reaches
// them, as plain data.

import type { Endpoint } from '@dht/krpc'
import type { OnEndpoint } from './arguments.ts'
import type { CallTrace } from './call-trace.ts'
import { guarded } from './guarded.ts'
import { type Cancel, Handle } from './handle.ts'
import { goesOn, type Waiter } from './operation-waiters.ts'
import { outcomeError } from './outcome-error.ts'
import { type AnnounceReport, type LookupResult, type RoundReport, toPlain } from './plain.ts'

type Find = NonNullable<Waiter['found']>

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

/** Awaited: the report. Iterated: the endpoints that were announced before, as they are found. */
export type AnnouncedOnce = Handle<Endpoint, AnnounceReport>

/** @param cancel - called when the last reader leaves and the result is not awaited */
export function newLookup<Result = LookupResult>(cancel: Cancel): Handle<Endpoint, Result> {
  return new Handle(KEPT_ENDPOINTS, cancel)
}

export function newAnnouncement(): Announcement {
  return new Handle(KEPT_REPORTS, () => {})
}

export function lookupWaiter(lookup: Lookup, trace: CallTrace, onFound?: OnEndpoint): Waiter {
  return {
    step: trace.step,
    found: finder(lookup, onFound),
    settled: (outcome) => {
      if (outcome.kind !== 'found') return lookup.fail(outcomeError(outcome))
      lookup.resolve({ ...toPlain(outcome.result), ...trace.kept })
      if (!goesOn(outcome)) lookup.end()
    },
    ended: () => lookup.end(),
    failed: (error) => lookup.fail(error),
  }
}

export function announcedOnceWaiter(announced: AnnouncedOnce, onFound?: OnEndpoint): Waiter {
  return {
    found: finder(announced, onFound),
    settled: (outcome) => {
      if (outcome.kind !== 'published') return announced.fail(outcomeError(outcome))
      announced.resolve(toPlain(outcome.report))
      announced.end()
    },
    failed: (error) => announced.fail(error),
  }
}

function finder<Result>(handle: Handle<Endpoint, Result>, onFound: OnEndpoint = () => {}): Find {
  const tell = guarded(onFound)
  return (endpoints, from) => {
    const node = from && toPlain(from)
    for (const endpoint of endpoints.map(toPlain)) {
      handle.push(endpoint)
      tell(endpoint, node)
    }
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
