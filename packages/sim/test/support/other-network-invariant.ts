// The invariant that a message of another network changes nothing in a node and gets no reply.

import type { CoreStep, Invariant } from '@dht/sim'

type State = NonNullable<CoreStep['after']>

export class OtherNetworkInvariant implements Invariant {
  readonly name = 'other network'
  /** Messages of the other network that nodes have received, by the name of their own network. */
  readonly received: Record<string, number> = {}

  afterStep({ event, host, received, before, after }: CoreStep): readonly string[] {
    if (event.kind !== 'received' || received?.kind !== 'malformed') return []
    if (received.reason !== 'network') return [`SIM-I2: refused for its ${received.reason}`]
    const { name } = host.protocol
    this.received[name] = (this.received[name] ?? 0) + 1
    const found =
      event.effects.length > 0 ? ['SIM-I2: a message of the other network has effects'] : []
    if (before === undefined || after === undefined) return found
    const isSame = textOf(before) === textOf(after)
    return isSame ? found : [...found, 'SIM-I2: a message of the other network changes the node']
  }
}

/** Everything that does not change with time alone, and is no count of datagrams. */
function textOf({ overlays, store, ...state }: State): string {
  const { tokenEpoch, sources, announcements, operations, deferred } = state
  const parts = overlays.map(({ id, buckets, openQueries, routers, join }) => ({
    id: String(id),
    members: buckets.flatMap(({ members }) =>
      members.map(({ contact, failures, lastSeenAt }) => [contact.key, failures, lastSeenAt]),
    ),
    waiting: buckets.flatMap(({ waiting }) => waiting.map(({ contact }) => contact.key)),
    open: openQueries.map(({ query }) => String(query.transactionId)),
    routers,
    join,
  }))
  const peers = store.peers.map(({ target, peer }) => `${String(target)} ${String(peer)}`)
  return JSON.stringify({
    parts,
    peers,
    tokenEpoch,
    sources,
    announcements: announcements.length,
    operations,
    deferred,
  })
}
