// The options of the peer store and of the write tokens: defaults with unit and source, and checks.
// After them every bound is a whole number in range, and every span is a positive number of
// milliseconds. Unknown names are refused, because a misspelt option would have no effect.

import type { RandomSource } from '@dht/id'
import { StoreOptionError } from './errors.ts'
import {
  checkNames,
  requireBound,
  requireShare,
  requireSpan,
  withDefaults,
} from './option-checks.ts'

/** How long a peer is kept, and how many. All optional; see `PEER_STORE_DEFAULTS`. */
export interface PeerStoreOptions {
  /** How long a peer is kept without renewal, ms. At exactly this age it is still served. */
  readonly lifetimeMs?: number
  /** Most targets. */
  readonly maxKeys?: number
  /** Most peers of one target. */
  readonly maxPeersPerKey?: number
  /** Most peers, over all targets, of one source: an IPv4 address or an IPv6 /64. */
  readonly maxPeersPerSource?: number
  /** Most peers of one target from one source. */
  readonly maxPeersPerSourceAndKey?: number
  /** Most peers in all. */
  readonly maxPeers?: number
  /**
   * Part of the room left by other subnets that one subnet (an IPv4 /24 or IPv6 /48, not of local
   * addresses) may fill, of `maxPeers` and of `maxKeys`; above 0, at most 1.
   */
  readonly subnetShare?: number
}

export type PeerStoreConfig = Readonly<Required<PeerStoreOptions>>

/** The options of write tokens. */
export interface WriteTokensOptions {
  /** Draws the secrets; cryptographic in production. */
  readonly random: RandomSource
  /** The network's name, at most 128 characters. A token of one network is invalid in another. */
  readonly tag: string
  /** Life of one secret, ms; see `WRITE_TOKENS_DEFAULTS`. A token lives for one to two of these. */
  readonly rotateMs?: number
}

export type WriteTokensConfig = Readonly<Required<WriteTokensOptions>>

export const WRITE_TOKENS_DEFAULTS: { readonly rotateMs: number } = Object.freeze({
  /** ms. Source: BEP 5, whose secret changes every five minutes; two are accepted. */
  rotateMs: 300_000,
})

export const PEER_STORE_DEFAULTS: PeerStoreConfig = Object.freeze({
  /** ms. Kademlia practice, and the original system. */
  lifetimeMs: 3_600_000,
  /** Targets. Ours: the field has 2,000 (libtorrent) to 65,536 (dht-rpc). */
  maxKeys: 20_000,
  /** Peers. Source: libtorrent. */
  maxPeersPerKey: 500,
  /**
   * Peers. Ours: one host, or one address shared by many, that announces 2,000 ids still fits into
   * a network as small as eight nodes; 100 sources are needed to fill the store, and 10 to take
   * all targets.
   */
  maxPeersPerSource: 2_000,
  /**
   * Peers. Ours: replicas behind one address are seldom more; 16 sources are needed to fill a
   * target.
   */
  maxPeersPerSourceAndKey: 32,
  /** Peers. Ours: at most 20 MiB. */
  maxPeers: 200_000,
  /**
   * Ours: n subnets that put without end leave (7/8)^n of the room, 100 targets if n is 40, and
   * nobody who holds a peer loses it.
   */
  subnetShare: 1 / 8,
})

/**
 * Completes and checks the options of a peer store.
 *
 * @throws {StoreOptionError} on an unknown name or a value out of range
 */
export function resolvePeerStoreOptions(options: PeerStoreOptions = {}): PeerStoreConfig {
  checkNames(options, Object.keys(PEER_STORE_DEFAULTS))
  const { lifetimeMs, subnetShare, ...bounds } = withDefaults(PEER_STORE_DEFAULTS, options)
  requireSpan('lifetimeMs', lifetimeMs)
  for (const [name, value] of Object.entries(bounds)) requireBound(name, value)
  requireShare('subnetShare', subnetShare)
  return Object.freeze({ lifetimeMs, subnetShare, ...bounds })
}

/**
 * Completes and checks the options of write tokens.
 *
 * @throws {StoreOptionError} on an unknown name or a span that is not positive
 */
export function resolveWriteTokensOptions(options: WriteTokensOptions): WriteTokensConfig {
  checkNames(options, ['random', 'tag', 'rotateMs'])
  const { random, tag, rotateMs = WRITE_TOKENS_DEFAULTS.rotateMs } = options
  if (typeof random !== 'function') throw new StoreOptionError('random', 'a function', random)
  if (typeof tag !== 'string') throw new StoreOptionError('tag', 'a text', tag)
  requireSpan('rotateMs', rotateMs)
  return Object.freeze({ random, tag, rotateMs })
}
