// What the signature of a mutable item signs: its salt, its sequence number and its value. They are
// joined as BEP 44 writes them down, without the `d` and `e` of a dictionary.

import { asciiBytes } from '../fields/field.ts'

/** The signed parts of a mutable item. */
export interface SignedParts {
  /** 0 to 64 bytes; absent means the same as empty. */
  readonly salt?: Uint8Array | undefined
  readonly seq: bigint
  /** The value as its bencoded bytes. */
  readonly v: Uint8Array
}

/**
 * The message that is signed with Ed25519.
 *
 * @see BEP 44, "Signature Verification"
 */
export function signedBytes({ salt, seq, v }: SignedParts): Uint8Array {
  const head = asciiBytes(`3:seqi${seq}e1:v`)
  if (salt === undefined || salt.length === 0) return joined([head, v])
  return joined([asciiBytes(`4:salt${salt.length}:`), salt, head, v])
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of parts) {
    bytes.set(part, end)
    end += part.length
  }
  return bytes
}
