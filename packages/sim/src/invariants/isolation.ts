// The invariant that a reply changes the outcome of its own query and nothing else (SIM-S5). To
// check it, a second core gets the same calls up to the reply, and then random bytes in place of
// the reply. A second core that gets exactly the same calls must have the same state (SIM-S10).
// Each check replays all calls, so only young cores and some replies are checked.

import { idKey, type SecureIds } from '@dht/id'
import { addressBytes, type Contact, type Endpoint, endpointKey } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import type { Process } from '../host/process.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import type { CoreInspection, CoreStep } from './core-step.ts'
import { History } from './history.ts'
import type { Invariant } from './invariant.ts'
import { BAD_AFTER } from './table-laws.ts'

/** Longest history that is replayed, calls. */
const LONGEST = 600
const MOST_BYTES = 200

export interface IsolationOptions {
  /** Random stream for the bytes and for the choice of replies. */
  readonly chance: Chance
  /** Share of replies that are checked, 0 to 1. Default 0.003. Our choice. */
  readonly share?: number
}

export class Isolation implements Invariant {
  readonly name = 'isolation'
  readonly #chance: Chance
  readonly #share: number
  readonly #histories = new WeakMap<Process, History>()
  readonly #lives = new Map<number, number>()

  constructor({ chance, share = 0.003 }: IsolationOptions) {
    this.#chance = chance
    this.#share = share
  }

  afterEvent(world: World, event: WorldEvent): readonly string[] {
    if (event.kind !== 'host-changed' || event.change !== 'started') return []
    const host = world.hosts[event.host]
    const life = this.#lives.get(event.host) ?? 0
    this.#lives.set(event.host, life + 1)
    if (host?.core !== undefined) this.#histories.set(host.node, new History(host, life))
    return []
  }

  afterStep({ host, event, now, received, before, after }: CoreStep): readonly string[] {
    const history = this.#histories.get(host.process as Process)
    if (history === undefined || history.length > LONGEST || !history.isReplayable) return []
    history.add(event, now)
    if (event.kind !== 'received' || before === undefined || after === undefined) return []
    const isReply = received?.kind === 'response' || received?.kind === 'error'
    if (!isReply || !this.#chance.happens(this.#share)) return []
    const same = history.replayed(after.config)
    if (textOf(same) !== textOf(after)) return ['SIM-S10: the same calls led to another state']
    const bytes = this.#chance.bytes(this.#chance.below(MOST_BYTES))
    const other = history.replayed(after.config, bytes)
    const reply = { from: event.packet.from, id: 'id' in received ? idKey(received.id) : '' }
    return differences({ before, one: after, other, reply })
  }
}

/** What differs between two cores and may not depend on one reply. */
export function differences(what: {
  readonly before: CoreInspection
  readonly one: CoreInspection
  readonly other: CoreInspection
  readonly reply: { readonly from: Endpoint; readonly id: string }
}): string[] {
  const { before, one, other, reply } = what
  // The reply was the last vote on our own address, and the id follows it.
  const hasNewId = before.config.network.secureIds !== undefined && idsOf(one) !== idsOf(before)
  if (hasNewId) return []
  const found: string[] = []
  const same = (name: string, read: (core: CoreInspection) => unknown): void => {
    if (jsonOf(read(one)) !== jsonOf(read(other))) found.push(`SIM-S5: a reply changes ${name}`)
  }
  same('our ids', idsOf)
  same('what we publish', ({ announcements }) =>
    announcements.map(({ id, port, operationId }) => [id, port, operationId]),
  )
  same('the store', ({ store, items }) => [store.peers, items.items])
  const from = endpointKey(reply.from)
  const asked = before.overlays.flatMap(({ openQueries }) => {
    return openQueries.flatMap((each) => {
      return endpointKey(each.to) === from && each.asked !== undefined ? [each.asked.key] : []
    })
  })
  const known = { asked: new Set(asked), id: reply.id, from }
  same('other members', (core) => othersIn(core, before, known))
  const others = before.overlays.flatMap(({ openQueries }) => {
    return openQueries.filter(({ to }) => endpointKey(to) !== from).map(queryKey)
  })
  for (const core of [one, other]) {
    const open = new Set(core.overlays.flatMap(({ openQueries }) => openQueries.map(queryKey)))
    if (others.some((key) => !open.has(key))) found.push('SIM-S5: a reply ends another query')
  }
  return found
}

/**
 * Members that were neither bad nor queried, and did not send the reply. Where ids follow
 * addresses, a responder with a valid id may take the place of a member without.
 */
function othersIn(
  core: CoreInspection,
  before: CoreInspection,
  { asked, id, from }: { asked: ReadonlySet<string>; id: string; from: string },
): unknown[] {
  const members = (of: CoreInspection): Member[] =>
    of.overlays.flatMap(({ buckets }) => buckets.flatMap((bucket) => bucket.members))
  const { secureIds } = before.config.network
  const steady = members(before).filter(({ contact, failures }) => {
    const isNamed = contact.endpointKey === from || idKey(contact.id) === id
    const mayLosePlace = secureIds !== undefined && !isSecure(contact, secureIds)
    return failures < BAD_AFTER && !isNamed && !mayLosePlace && !asked.has(contact.key)
  })
  const names = new Set(steady.map(({ contact }) => contact.key))
  return members(core)
    .filter(({ contact }) => names.has(contact.key))
    .map(({ contact, lastSeenAt, failures }) => [contact.key, lastSeenAt, failures])
    .sort()
}

function isSecure({ id, endpoint }: Contact, rule: SecureIds): boolean {
  return rule.allows(id, addressBytes(endpoint.address) as Uint8Array)
}

type Member = CoreInspection['overlays'][number]['buckets'][number]['members'][number]
type OpenQuery = CoreInspection['overlays'][number]['openQueries'][number]

function queryKey({ query, to }: OpenQuery): string {
  return `${String(query.transactionId)} ${endpointKey(to)}`
}

function idsOf({ overlays }: CoreInspection): string {
  return String(overlays.map(({ id }) => idKey(id)))
}

/** The whole state as text. */
function textOf(core: CoreInspection): string {
  return jsonOf({ ...core, config: undefined })
}

/** Sequence numbers are of a type that JSON lacks. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'bigint' ? String(each) : each,
  )
}
