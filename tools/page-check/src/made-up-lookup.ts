// A lookup in a made-up network, worked out in advance: its steps with their instants.

import type { LookupStep, Peer } from '@dht/observatory/recording'
import { type Chance, xor } from './made-up-ids.ts'

const ALPHA = 3
const K = 8
const STALL_MS = 400
const EXPIRE_MS = 1500

interface Known {
  readonly peer: Peer
  readonly query: { readonly contact: Peer; readonly phase: 'approach' }
  readonly distance: bigint
  state: 'new' | 'open' | 'stalled' | 'done' | 'failed'
}

type Due = { readonly at: number; readonly run: () => void }

/** @param peers - all nodes of the network */
export function madeUpLookup(target: string, peers: readonly Peer[], chance: Chance): LookupStep[] {
  const steps: LookupStep[] = []
  const known = new Map<string, Known>()
  const due: Due[] = []
  const learn = (peer: Peer): void => {
    if (known.has(peer.id)) return
    const query = { contact: peer, phase: 'approach' } as const
    known.set(peer.id, { peer, query, distance: xor(peer.id, target), state: 'new' })
  }
  const nearest = (): Known[] => {
    return [...known.values()]
      .filter(({ state }) => state !== 'failed')
      .sort((a, b) => (a.distance < b.distance ? -1 : 1))
      .slice(0, K)
  }
  const query = (each: Known, at: number): void => {
    each.state = 'open'
    steps.push({ kind: 'queried', at, ...each.query, waits: false })
    const luck = chance()
    const roundTripMs =
      luck < 0.1 ? 600 + Math.floor(chance() * 500) : 30 + Math.floor(chance() * 220)
    const isDead = luck > 0.86
    if (isDead || roundTripMs > STALL_MS) {
      due.push({ at: at + STALL_MS, run: () => stall(each, at + STALL_MS) })
    }
    if (isDead) due.push({ at: at + EXPIRE_MS, run: () => fail(each, at + EXPIRE_MS) })
    else due.push({ at: at + roundTripMs, run: () => respond(each, at + roundTripMs, roundTripMs) })
  }
  const stall = (each: Known, at: number): void => {
    each.state = 'stalled'
    steps.push({ kind: 'stalled', at, ...each.query })
  }
  const fail = (each: Known, at: number): void => {
    each.state = 'failed'
    steps.push({ kind: 'failed', at, ...each.query, reason: 'timeout' })
  }
  const respond = (each: Known, at: number, roundTripMs: number): void => {
    each.state = 'done'
    const closer = toldBy(each.peer, { target, peers, chance })
    for (const peer of closer) learn(peer)
    const values = chance() < 0.08 ? 2 : 0
    const rest = { unusable: 0, values, hasToken: true, verdict: 'accepted' }
    const step = { ...each.query, responder: each.peer, roundTripMs, closer, ...rest }
    steps.push({ kind: 'responded', at, ...step })
  }

  const starting = peers.filter(() => chance() < (4 / peers.length) * 2).slice(0, K)
  for (const peer of starting) learn(peer)
  steps.push({ kind: 'started', at: 0, startingContacts: starting })
  let now = 0
  for (;;) {
    const open = [...known.values()].filter(({ state }) => state === 'open').length
    const fresh = nearest().filter(({ state }) => state === 'new')
    for (const each of fresh.slice(0, Math.max(0, ALPHA - open))) query(each, now)
    due.sort((a, b) => b.at - a.at)
    const next = due.pop()
    if (next === undefined) break
    now = next.at
    next.run()
  }
  const closest = nearest().map(({ peer }) => peer)
  steps.push({ kind: 'ended', at: now, closest, incompleteReasons: [] })
  return steps
}

/** The nodes that a node tells: the nearer it is, the better it knows those around the target. */
function toldBy(
  { id }: Peer,
  { target, peers, chance }: { target: string; peers: readonly Peer[]; chance: Chance },
): Peer[] {
  const own = xor(id, target)
  const scope = own / 16n
  const inScope = peers.filter((peer) => xor(peer.id, target) < (scope > 0n ? scope : 1n))
  const pool = inScope.length >= K ? inScope : peers.filter((peer) => xor(peer.id, target) < own)
  const picked = pool.filter(() => chance() < (2 * K) / Math.max(K, pool.length)).slice(0, K)
  return picked
}
