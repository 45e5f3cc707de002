// Write tokens: proof that the sender of an announcement can receive at its source address.
// A token is a keyed hash over network tag, address and target, so nothing is stored for each
// token. Time is divided into epochs of `rotateMs`, each with a secret; tokens of the current and
// of the last epoch are valid. So a token is valid for more than one and at most two epochs,
// however late or seldom the methods are called. The caller decides whether the port is part of the
// address. A clock that goes back has no effect until it has caught up.

import { type Id, isBytes, type RandomSource } from '@dht/id'
import { requireInstant } from './arguments.ts'
import { StoreArgumentError } from './errors.ts'
import { resolveWriteTokensOptions, type WriteTokensOptions } from './options.ts'
import { draw } from './random-words.ts'
import { type Digest, SIPHASH_KEY_BYTES, SipHash } from './siphash.ts'
import { MAX_TEXT_BYTES, requireText, writeText } from './text.ts'

/** Bytes of a token. Ours: the width of the hash, as in jech/dht. */
export const WRITE_TOKEN_BYTES = 8

/** Bytes of the longest target. Source: the widths of `@dht/id`. */
const MAX_TARGET_BYTES = 64

/**
 * The message that is hashed: tag and address, each after its length, and the target. The one
 * scratch buffer of this package: written and read within one call, and shared by all instances.
 */
const message = new Uint8Array(2 * MAX_TEXT_BYTES + MAX_TARGET_BYTES)

export class WriteTokens {
  readonly #random: RandomSource
  readonly #rotateMs: number
  readonly #tag: string
  #epoch: number = Number.NEGATIVE_INFINITY
  #current: SipHash
  #previous: SipHash

  /** @throws {StoreOptionError} on an unknown name or a span that is not positive */
  constructor(options: WriteTokensOptions) {
    const config = resolveWriteTokensOptions(options)
    this.#random = config.random
    this.#rotateMs = config.rotateMs
    requireText('tag', config.tag)
    this.#tag = config.tag
    this.#current = this.#freshSecret()
    this.#previous = this.#freshSecret()
  }

  /** The epoch of the current secret; -Infinity before first use. */
  get epoch(): number {
    return this.#epoch
  }

  /**
   * A token for writing to `target` from `address`.
   *
   * @param address - canonical text of at most 128 characters, with the port if it is to count
   * @param target  - up to 64 bytes
   * @param now     - this instant, ms, monotonic
   * @returns 8 bytes
   * @throws {StoreArgumentError} when address or target is longer
   * @see BEP 5, "announce_peer"
   */
  issue(address: string, target: Id, now: number): Uint8Array {
    this.#rotate(now)
    const { low, high } = this.#current.digest(message, this.#frame(address, target))
    const token = new Uint8Array(WRITE_TOKEN_BYTES)
    for (let i = 0; i < 4; i += 1) {
      token[i] = low >>> (8 * i)
      token[i + 4] = high >>> (8 * i)
    }
    return token
  }

  /**
   * Whether `token` was issued here for this address and target in this or the last epoch. The time
   * that the comparison takes doesn't depend on how many bytes are right.
   *
   * @throws {StoreArgumentError} when address or target is longer than `issue` takes
   */
  check(token: Uint8Array, address: string, target: Id, now: number): boolean {
    this.#rotate(now)
    const length = this.#frame(address, target)
    const isCurrent = matches(token, this.#current.digest(message, length))
    const isPrevious = matches(token, this.#previous.digest(message, length))
    return isCurrent || isPrevious
  }

  /** Renews the secrets for the epoch of `now`: both, if a whole epoch was skipped. */
  #rotate(now: number): void {
    requireInstant(now)
    const epoch = Math.floor(now / this.#rotateMs)
    if (!(epoch > this.#epoch)) return
    this.#previous = epoch === this.#epoch + 1 ? this.#current : this.#freshSecret()
    this.#current = this.#freshSecret()
    this.#epoch = epoch
  }

  #freshSecret(): SipHash {
    return new SipHash(draw(this.#random, SIPHASH_KEY_BYTES))
  }

  /** Writes tag, address and target as the message; returns its length. */
  #frame(address: string, target: Id): number {
    if (!isBytes(target) || target.length > MAX_TARGET_BYTES) {
      throw new StoreArgumentError('target', `at most ${MAX_TARGET_BYTES} bytes`, target)
    }
    requireText('address', address)
    const end = writeText(address, message, writeText(this.#tag, message, 0))
    // For so few bytes `set` is several times slower than this loop.
    for (let i = 0; i < target.length; i += 1) message[end + i] = target[i] as number
    return end + target.length
  }
}

function matches(token: Uint8Array, digest: Digest): boolean {
  if (token.length !== WRITE_TOKEN_BYTES) return false
  let difference = 0
  for (let i = 0; i < 4; i += 1) {
    difference |= (token[i] as number) ^ ((digest.low >>> (8 * i)) & 0xff)
    difference |= (token[i + 4] as number) ^ ((digest.high >>> (8 * i)) & 0xff)
  }
  return difference === 0
}
