// Everything of a node but its tables and lookups, in a message.

import { formatEndpoint } from '@dht/krpc'
import type { CoreView, RoundReport } from '@dht/node/core'
import {
  type Announcement,
  type Histogram,
  type Limit,
  MAX_LISTED,
  type OverlayStatus,
  type Round,
  type Status,
  type StoreStatus,
  type Traffic,
} from '../protocol.ts'
import { cleanText } from './clean-text.ts'
import { hexOf, peerOf, roundMs, type Told } from './peer-text.ts'

type View = Told<CoreView>

export function statusOf(view: View): Status {
  const { info } = view
  return {
    overlays: info.overlays.map(overlayStatus),
    store: storeStatus(view),
    announcements: info.announcements.slice(0, MAX_LISTED).map((announcement, at) => ({
      ...announcementOf(announcement),
      holders: (view.holders[at] ?? []).map(peerOf),
    })),
    announcementCount: info.announcements.length,
    traffic: trafficOf(view),
    operations: info.operations,
  }
}

function overlayStatus(overlay: View['info']['overlays'][number]): OverlayStatus {
  const { local, externalAddress, isIdSecure, bootstrap } = overlay
  return {
    family: overlay.family,
    ...(local !== undefined && { local: formatEndpoint(local) }),
    ...(externalAddress !== undefined && { externalAddress }),
    isOpen: overlay.isOpen,
    joined: overlay.joined,
    isReadOnly: overlay.isReadOnly,
    ...(isIdSecure !== undefined && { isIdSecure }),
    bootstrap: { queried: bootstrap.queried, responded: bootstrap.responded },
    openQueries: overlay.openQueries,
    waitingQueries: overlay.waitingQueries,
  }
}

function storeStatus({ info, targets, items }: View): StoreStatus {
  return {
    keys: info.store.keys,
    peers: info.store.peers,
    listed: targets.slice(0, MAX_LISTED).map(({ target, peers }) => ({ id: hexOf(target), peers })),
    items: info.items.count,
    itemBytes: info.items.bytes,
    listedItems: items.slice(0, MAX_LISTED).map(({ target, bytes, seq }) => ({
      id: hexOf(target),
      bytes,
      ...(seq !== undefined && { seq: String(seq) }),
    })),
  }
}

function announcementOf(
  announcement: View['info']['announcements'][number],
): Omit<Announcement, 'holders'> {
  const { id, port, impliedPort, seed, dueAt, publishing, last } = announcement
  return {
    id: hexOf(id),
    port,
    impliedPort,
    seed,
    dueAt: roundMs(dueAt),
    isPublishing: publishing,
    ...(last !== undefined && { last: roundOf(last) }),
  }
}

export function roundOf(report: Told<RoundReport>): Round {
  return {
    startedAt: roundMs(report.startedAt),
    durationMs: roundMs(report.durationMs),
    accepted: report.accepted.map(peerOf),
    refused: report.refused.map(({ contact, code, text }) => {
      return { ...peerOf(contact), code, text: cleanText(text) }
    }),
    unreachable: report.unreachable.map(peerOf),
    pending: report.pending,
    complete: report.complete,
  }
}

function trafficOf({ info, traffic, limits }: View): Traffic {
  const { queriesReceived, ...totals } = info.counters
  return {
    totals,
    received: queriesReceived,
    sent: sumByName(traffic.map(({ sent }) => sent)),
    roundTrips: sumOf(traffic.map(({ roundTrips }) => roundTrips)),
    limits: limits.map(limitOf),
  }
}

function sumByName(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [name, count] of all.flatMap((each) => Object.entries(each))) {
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return Object.fromEntries(sums)
}

/** The families have the same classes. */
function sumOf(all: readonly Histogram[]): Histogram {
  const [first] = all
  if (first === undefined) return { bounds: [], counts: [0] }
  const counts = first.counts.map((_, at) => {
    return all.reduce((sum, each) => sum + (each.counts[at] ?? 0), 0)
  })
  return { bounds: first.bounds, counts }
}

function limitOf({ name, limit, unit, used, reached }: View['limits'][number]): Limit {
  return {
    name,
    limit,
    unit,
    ...(used !== undefined && { used }),
    ...(reached !== undefined && { reached }),
  }
}
