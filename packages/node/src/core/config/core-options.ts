// The types of the options of a core. Each comment has the unit, the default and the source of the
// default. The values are in `defaults.ts`, the checks in `checks.ts`.

import type { Network } from '@dht/krpc'
import type { ItemCrypto } from '../items/item-crypto.ts'
import type { NodeMethod } from '../methods/node-method.ts'

/**
 * Options of a core. Each option has a default. "Ours" as its source means that this project chose
 * it.
 */
export interface CoreOptions {
  /** The network to join: `dht256` (default) or `mainline`. */
  readonly network?: Network
  /**
   * The methods that the node understands, and how it responds to each: all methods of `network`,
   * and perhaps more. Any other is an unknown method. Default: `builtInMethods(network)`.
   */
  readonly methods?: readonly NodeMethod[]
  /**
   * Most members of a bucket, and number of nodes that store an announcement (Kademlia paper, k).
   * Default 8 (BEP 5).
   */
  readonly k?: number
  /**
   * Concurrent queries of one lookup until its final round (Kademlia paper, alpha). Default 3
   * (paper).
   */
  readonly alpha?: number
  /**
   * Most members of each bucket, the bucket farthest from our own id first. A value below k counts
   * as k. Buckets that are not listed, and our own bucket, hold k. Default: 128, 64 and 32
   * (libtorrent), then 17 times 16 (ours). In a network of ten million nodes these 20 buckets cover
   * all but the nodes nearest to us.
   */
  readonly bucketWidths?: readonly number[]
  /**
   * Most contacts of one address (IPv4 address, IPv6 /64) in a bucket, while k contacts with other
   * addresses are known; 0: no limit. Default: 1 where the network has one node per address, as
   * `mainline`, else 3: ours. Local addresses and `trustedSubnets` have no such limits.
   */
  readonly contactsPerAddressInBucket?: number
  /** The same in the whole table. Default 1 (libtorrent), else 4: ours. */
  readonly contactsPerAddress?: number
  /**
   * Most contacts of one subnet (IPv4 /24, IPv6 /48) in a bucket, while k contacts of other subnets
   * are known; 0: no limit. Default 1 where the network has one node per address (libtorrent), else
   * 3: ours.
   */
  readonly contactsPerSubnetInBucket?: number
  /** The same in the whole table. Default 1, else 4: ours. */
  readonly contactsPerSubnet?: number
  /**
   * Silence after which a contact is questionable and a bucket needs a refresh, ms. Default 15 min
   * (BEP 5).
   */
  readonly quietMs?: number
  /**
   * Lifetime of a stored peer, ms. Default 60 min (Kademlia practice, and the original system).
   * With a shorter lifetime, the defaults of the publishing times become shorter too.
   */
  readonly peerLifetimeMs?: number
  /**
   * Time from the start of one publishing round to the start of the next, ms. Default: 30 min in
   * `dht256` and 15 min in `mainline`, but at most half of `peerLifetimeMs`.
   */
  readonly republishMs?: number
  /**
   * Each round starts up to this much earlier or later, at random, ms; less than `republishMs`.
   * Default 2 min: ours, so that publishers do not all write at the same time. The default is at
   * most a fifteenth of `republishMs`, and shrinks in proportion to a `peerLifetimeMs` below an
   * hour.
   */
  readonly republishJitterMs?: number
  /**
   * Time between two checks of one announcement, ms. A check starts a round early if the nodes
   * nearest to the identity have changed, so early rounds are at least this far apart. Default: a
   * sixth of `republishMs` (ours), 5 min in `dht256`.
   */
  readonly reviewMs?: number
  /**
   * First wait after an incomplete round, ms. It doubles up to `retryMaxMs`. Default 30 s: ours.
   * The default shrinks in proportion to a `peerLifetimeMs` below an hour.
   */
  readonly retryMs?: number
  /**
   * Longest wait after an incomplete round, ms. Default 5 min: ours, so that three retries fit
   * before the stored peers expire. The default shrinks in proportion to a `peerLifetimeMs` below
   * an hour.
   */
  readonly retryMaxMs?: number
  /**
   * Time until a query stalls, while no round trip was measured yet, ms (RFC 6298, initial RTO). A
   * stalled query is resent once, and its lookup sends another query in its place. Default 500 ms:
   * ours, longer than most round trips on the internet. The default is at most `maxTimeoutMs`.
   */
  readonly firstTimeoutMs?: number
  /**
   * Least time until a query stalls, ms (RFC 6298, minimum RTO). Default 25 ms: ours, so that a
   * pause of this machine does not count as silence. The default is at most `firstTimeoutMs`.
   */
  readonly minTimeoutMs?: number
  /**
   * Most time until a query stalls, ms (RFC 6298, maximum RTO). Default 2 s, but at most half of
   * `giveUpMs`: ours, because the response to the resent query must arrive before `giveUpMs`.
   */
  readonly maxTimeoutMs?: number
  /**
   * Time until a query is given up, ms. A query to an endpoint whose last query expired is given up
   * earlier, when it stalls. Default 4 s: ours. A response needs up to 3 s when it crosses the
   * world, waits in full queues, and a phone must first switch on its radio.
   */
  readonly giveUpMs?: number
  /**
   * Longest duration of one lookup, ms. It then ends with what it has found. Default 60 s: ours,
   * but at most an eighth of `peerLifetimeMs`.
   */
  readonly lookupDeadlineMs?: number
  /**
   * How long a query may wait until `network.pace` allows it, ms. Default 10 s: ours, because
   * receivers count queries over 10 s. The default is at most a fortieth of `peerLifetimeMs`.
   */
  readonly paceWaitMs?: number
  /**
   * Most concurrent publishing rounds; further rounds wait. Default 32: ours. This renews all
   * `maxAnnouncements` in time if a round takes at most 5.5 s on average. A round that waits for a
   * dead node takes little more than `giveUpMs`.
   */
  readonly maxRounds?: number
  /** Most announcements of this node, and most items that it renews. Default 10 000: ours. */
  readonly maxAnnouncements?: number
  /** Most concurrent operations of the user; further ones end as `busy`. Default 1 024: ours. */
  readonly maxOperations?: number
  /**
   * Most open queries of each address family. Default 16 384: ours. All operations and rounds
   * together have fewer: a lookup that can't send a query would miss nodes.
   */
  readonly maxTransactions?: number
  /** Age at which the secret of the write tokens is replaced, ms. Default 5 min (BEP 5). */
  readonly tokenRotateMs?: number
  /**
   * Most peers in one reply over IPv4 and over IPv6. The byte budget of the reply may shorten the
   * list further. Default 50 and 25.
   */
  readonly peersPerReply?: { readonly 4: number; readonly 6: number }
  /**
   * Most queries of one source (IPv4 address, IPv6 /64) in one window whose replies may be longer
   * than the query. Default 1 000: ours.
   */
  readonly queriesPerSource?: number
  /** Length of the window of `queriesPerSource`, ms. Default 10 s (libtorrent). */
  readonly sourceWindowMs?: number
  /** Most sources that are counted in one window. Default 65 536: ours, 8 MiB at most. */
  readonly maxSources?: number
  /** Most bytes of all replies per second; the burst is as large. Default 16 MiB: ours. */
  readonly replyBytesPerSecond?: number
  /**
   * Most checks per second in each address family. A check is a ping to an unverified contact that
   * queried us, or to a member that such a contact may replace. Default 4: ours.
   */
  readonly checksPerSecond?: number
  /** Most checks at once, after a time without checks. Default 32: ours. */
  readonly checkBurst?: number
  /** Least time between two bucket refreshes of one family, ms. Default 5 s (libtorrent). */
  readonly refreshSpacingMs?: number
  /** First wait before another join, ms. It doubles up to `rejoinMaxMs`. Default 1 s: ours. */
  readonly rejoinMs?: number
  /** Longest wait before another join, ms. Default 5 min: ours. */
  readonly rejoinMaxMs?: number
  /** Most stored peers; further announcers get no token. Default 200 000: ours, 20 MiB. */
  readonly maxPeers?: number
  /** Most peers stored under one identity. Default 500 (libtorrent). */
  readonly maxPeersPerKey?: number
  /**
   * Most peers stored from one source (IPv4 address, IPv6 /64) under all identities. Default 2 000:
   * ours, so that one source takes at most a tenth of `maxKeys`.
   */
  readonly maxPeersPerSource?: number
  /** Most peers stored from one source under one identity. Default 32: ours. */
  readonly maxPeersPerSourceAndKey?: number
  /** Most identities under which peers are stored. Default 20 000: ours. */
  readonly maxKeys?: number
  /**
   * Part of the room left by other subnets that one subnet (IPv4 /24, IPv6 /48, not of local
   * addresses) may fill in the store of peers and in that of items; above 0, at most 1. Default
   * 1/8: ours.
   */
  readonly subnetShare?: number
  /**
   * Lifetime of a stored item (BEP 44), ms; items belong to Mainline only. Default 2 h (BEP 44).
   */
  readonly itemLifetimeMs?: number
  /** Most stored items. Default 8 192: ours. */
  readonly maxItems?: number
  /** Most bytes of the values and salts of all stored items. Default 8 716 288: ours. */
  readonly maxItemBytes?: number
  /** Most items stored from one host (IPv4 address, IPv6 /64). Default 256: ours. */
  readonly maxItemsPerSource?: number
  /**
   * Most signatures of items from others that are checked per second; the burst is as large. One
   * host has a twentieth of them. A further item is refused. Default 200: ours, a tenth of one
   * core in Node.
   */
  readonly signatureChecksPerSecond?: number
  /**
   * SHA-1 and Ed25519 for items. Default: in JavaScript; in a node with its shell that of
   * `node:crypto`.
   */
  readonly crypto?: ItemCrypto
  /**
   * Subnets in which many nodes may share an address, such as `10.0.0.0/8` or `fd00::/8`. The pace
   * of the network limits the queries to each endpoint in them, and to each host elsewhere. There
   * are no limits per address and per subnet in the routing table for them.
   * Loopback always counts as such a subnet. Default: none.
   */
  readonly trustedSubnets?: readonly string[]
  /**
   * Whether contacts whose address does not allow their id (`network.secureIds`) are never admitted
   * to a routing table, and so are named to nobody. Their queries get replies. Lookups do not query
   * them where the rule is mandatory (`hashedIds`), and still do under BEP 42. Only in a network
   * with such a rule. Default: whether the rule is mandatory. For BEP 42 this is false (as in
   * libtorrent), because many nodes of Mainline have such ids. A full bucket prefers other contacts
   * in any case.
   */
  readonly enforceSecureIds?: boolean
  /**
   * Whether to respond to no queries, and to say so in our own (BEP 43), so that others keep the
   * node out of their tables. `auto`: in each address family as soon as others seem unable to reach
   * the node. Default `auto`.
   */
  readonly readOnly?: 'auto' | boolean
  /**
   * With `readOnly: 'auto'`: time without a query from an endpoint that the node had not written to
   * after which others seem unable to reach it, ms. Default: `quietMs` and 5 min (ours), because
   * the nodes of an idle network are silent for as long as `quietMs`.
   */
  readonly readOnlyAfterMs?: number
}

export type CoreConfig = Readonly<Required<CoreOptions>>
