// What a rule is that ties the id of a node to its external address. A network has one rule or
// none. An owner of few addresses can't place nodes anywhere in the id space where a rule holds.

import type { Id } from './id.ts'
import type { RandomSource } from './random.ts'

/** A rule that says which ids a node at an address may have. Addresses have 4 or 16 bytes. */
export interface SecureIds {
  /** Least width of an id, bytes. */
  readonly minLength: number
  /**
   * Whether all nodes of a network follow the rule, so that other ids need not be used. False where
   * many nodes have ids from before the rule.
   */
  readonly isMandatory: boolean
  /**
   * Draws an id that a node at `address` may have.
   *
   * @param options.length - width in bytes, `minLength` to 64
   * @throws {IdLengthError} when the address or the width has another length
   */
  draw(options: {
    readonly address: Uint8Array
    readonly length: number
    readonly random: RandomSource
  }): Id
  /**
   * Whether a node at `address` may have `id`. At a local address it may have any id.
   *
   * @throws {IdLengthError} when the id or the address has another length
   */
  allows(id: Id, address: Uint8Array): boolean
}
