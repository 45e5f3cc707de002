// Fingerprints under the secret of one store: short keyed hashes that stand for targets, peers and
// sources. Nobody outside can aim for equal ones, because the secret is random and never leaves.

import type { Id, RandomSource } from '@dht/id'
import { requireBytes } from './arguments.ts'
import { PORT_BYTES, sourceBytes, subnetBytes } from './compact-peer.ts'
import { draw } from './random-words.ts'
import { type Digest, SIPHASH_KEY_BYTES, SipHash } from './siphash.ts'

/** The fingerprints of a stored peer. */
export interface PeerFingerprints {
  readonly target: Digest
  /**
   * 32 bits that stand for the peer. With n peers at a target, a new one has the fingerprint of one
   * of them with probability n / 2^32 and takes its place: this costs one peer in one store until
   * it is put again, because other stores have other secrets.
   */
  readonly peer: number
  readonly source: Digest
  /** The address, which lies in the source. */
  readonly address: Uint8Array
}

export class Fingerprints {
  readonly #hash: SipHash

  /** @throws {StoreArgumentError} when the source gives another number of bytes */
  constructor(random: RandomSource) {
    this.#hash = new SipHash(draw(random, SIPHASH_KEY_BYTES))
  }

  of({ target, peer }: { readonly target: Id; readonly peer: Uint8Array }): PeerFingerprints {
    return {
      target: this.ofTarget(target),
      peer: this.#hash.digest(peer).low,
      source: this.ofSource(peer),
      address: peer.subarray(0, -PORT_BYTES),
    }
  }

  /** @throws {StoreArgumentError} when the target is not a Uint8Array */
  ofTarget(target: Id): Digest {
    requireBytes('target', target)
    return this.#hash.digest(target)
  }

  /** The fingerprint of the subnet of an address or of a peer; undefined when it is local. */
  ofSubnet(bytes: Uint8Array): Digest | undefined {
    const length = subnetBytes(bytes)
    return length === undefined ? undefined : this.#hash.digest(bytes, length)
  }

  /** The fingerprint of the source of an address or of a peer. */
  ofSource(bytes: Uint8Array): Digest {
    return this.#hash.digest(bytes, sourceBytes(bytes))
  }
}
