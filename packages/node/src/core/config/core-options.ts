// The options of a core: each with its unit, its default and the source of that default. This file
// has the types only. The values stand in `defaults.ts`, the checks in `checks.ts`.

import type { Network } from '@dht/krpc'

/**
 * What may be set on a core; everything has a default. A default whose source is "ours" was chosen
 * by this project.
 */
export interface CoreOptions {
  /** The network to speak: `dht256` (default) or `mainline`. */
  readonly network?: Network
  /** Width of a bucket and number of copies (Kademlia paper, k). Default 8 (BEP 5). */
  readonly k?: number
  /**
   * Queries of one lookup in flight while it approaches its target (paper, alpha). Default 3
   * (paper).
   */
  readonly alpha?: number
  /**
   * Widths of the buckets farthest from our own id, at least k each. Default: 128, 64 and 32
   * (libtorrent), then 16 for another 17 (ours). In a network of ten million nodes the buckets
   * beyond those are not wider than k.
   */
  readonly bucketWidths?: readonly number[]
  /**
   * Most contacts of one IPv4 /24 or IPv6 /64 per bucket, 0 for no limit. Default 0. Use 2 to guard
   * against attackers on a public network.
   */
  readonly contactsPerSubnetInBucket?: number
  /**
   * Most contacts of one such subnet in the whole table, 0 for no limit. Default 0. Use 10 to guard
   * against attackers on a public network (sigp/discv5 uses 2 and 10).
   */
  readonly contactsPerSubnet?: number
  /**
   * Silence after which a contact is questionable and a bucket stale, ms. Default 15 min (BEP 5).
   */
  readonly quietMs?: number
  /**
   * Life of a stored peer, ms. Default 60 min (Kademlia practice, and the original system). Spans
   * of the publishing schedule that are not given become shorter with it.
   */
  readonly peerLifetimeMs?: number
  /**
   * Time from the start of one publishing round to the start of the next, ms. Default: that of the
   * network, 30 min in `dht256` and 15 min in `mainline`, and at most half of `peerLifetimeMs`.
   */
  readonly republishMs?: number
  /**
   * Each round is moved by up to this much in either direction, ms; less than `republishMs`.
   * Default 2 min: ours, so that publishers do not all write at the same time; at most a fifteenth
   * of `republishMs`, and less in proportion to a `peerLifetimeMs` below an hour.
   */
  readonly republishJitterMs?: number
  /**
   * Time between two checks of whether the nodes around an announcement have changed, ms. If they
   * have, a round starts early, so this is also the least time between two such rounds. Default
   * 5 min: ours, a sixth of `republishMs`.
   */
  readonly reviewMs?: number
  /**
   * First wait after an incomplete round, ms. It doubles up to `retryMaxMs`. Default 30 s: ours;
   * less in proportion to a `peerLifetimeMs` below an hour.
   */
  readonly retryMs?: number
  /**
   * Longest wait after an incomplete round, ms. Default 5 min: ours, so that three retries fit
   * before the stored peers expire; less in proportion to a `peerLifetimeMs` below an hour.
   */
  readonly retryMaxMs?: number
  /**
   * When a query stalls as long as no round trip was measured, ms (RFC 6298, initial RTO). It is
   * then resent once, and a lookup sends another query in its place. Default 500 ms: ours, above
   * the round-trip time of most of the internet; shorter where `maxTimeoutMs` is.
   */
  readonly firstTimeoutMs?: number
  /**
   * Least time until a query stalls, ms (RFC 6298, minimum RTO). Default 25 ms: ours, so that a
   * pause of this machine does not count as silence; shorter where `maxTimeoutMs` is.
   */
  readonly minTimeoutMs?: number
  /**
   * Most time until a query stalls, ms (RFC 6298, maximum RTO). Default 2 s, or half of `giveUpMs`
   * where that is less: ours, because the response to the resent query must come before the end.
   */
  readonly maxTimeoutMs?: number
  /**
   * When a query is given up, ms. Only a query to an endpoint whose last query expired is given up
   * earlier. Default 4 s: ours; a response that crosses the world, waits in full queues and wakes a
   * radio needs up to 3 s.
   */
  readonly giveUpMs?: number
  /**
   * Longest life of one lookup, ms. It then ends with what it has found. Default 60 s: ours; at
   * most an eighth of `peerLifetimeMs`.
   */
  readonly lookupDeadlineMs?: number
  /**
   * How long a query may wait for its turn because of the network's pace, ms. Default 10 s: ours,
   * the span over which receivers count; at most a fortieth of `peerLifetimeMs`.
   */
  readonly paceWaitMs?: number
  /**
   * Concurrent publishing rounds; further ones wait. Default 32: ours. With that many, all
   * `maxAnnouncements` are renewed in time if a round takes 5.5 s or less on average. A round that
   * waits for a dead node takes little more than `giveUpMs`.
   */
  readonly maxRounds?: number
  /** Identities that this node publishes. Default 10 000: ours. */
  readonly maxAnnouncements?: number
  /** Concurrent operations of the user; further ones end as `busy`. Default 1 024: ours. */
  readonly maxOperations?: number
  /**
   * Open queries per address family. Default 16 384: ours, more than all operations and rounds can
   * have open, because a lookup that may not send a query misses nodes.
   */
  readonly maxTransactions?: number
  /** Rotation of write-token secrets, ms. Default 5 min (BEP 5). */
  readonly tokenRotateMs?: number
  /**
   * Most peers in one reply, before the byte budget. Default 50 per reply over IPv4 and 25 over
   * IPv6.
   */
  readonly peersPerReply?: { readonly 4: number; readonly 6: number }
  /** Queries answered per source (IPv4 address, IPv6 /64) and window. Default 1 000: ours. */
  readonly queriesPerSource?: number
  /** Length of that window, ms. Default 10 s (libtorrent). */
  readonly sourceWindowMs?: number
  /** Sources counted per window. Default 65 536: ours, about 8 MiB at most. */
  readonly maxSources?: number
  /** Bytes of replies per second, with a burst of one second. Default 16 MiB/s: ours. */
  readonly replyBytesPerSecond?: number
  /**
   * Checks per second and address family: pings to unverified contacts that queried us, and to the
   * members that they might replace. Default 4: ours.
   */
  readonly checksPerSecond?: number
  /** Burst of those pings. Default 32: ours. */
  readonly checkBurst?: number
  /** Least time between two bucket refreshes of one family, ms. Default 5 s (libtorrent). */
  readonly refreshSpacingMs?: number
  /** First wait before another join, ms. It doubles up to `rejoinMaxMs`. Default 1 s: ours. */
  readonly rejoinMs?: number
  /** Longest wait before another join, ms. Default 5 min: ours. */
  readonly rejoinMaxMs?: number
  /** Stored peers in all; further announcers get no token. Default 200 000: ours, 20 MiB. */
  readonly maxPeers?: number
  /** Peers stored under one identity. Default 500 (libtorrent). */
  readonly maxPeersPerKey?: number
  /** Peers stored for one source address over all identities. Default 2 000: ours. */
  readonly maxPeersPerSource?: number
  /** Peers stored for one address under one identity. Default 32: ours. */
  readonly maxPeersPerSourceAndKey?: number
  /** Identities stored. Default 20 000: ours. */
  readonly maxKeys?: number
  /**
   * Subnets in which many nodes may share an address, such as `10.0.0.0/8` or `fd00::/8`. There the
   * network's pace holds for each endpoint, elsewhere for each host. Loopback is always treated in
   * this way. Default: none.
   */
  readonly trustedSubnets?: readonly string[]
  /** Reply to no queries, and say so in our own queries (BEP 43). Default false. */
  readonly readOnly?: boolean
}

export type CoreConfig = Readonly<Required<CoreOptions>>
