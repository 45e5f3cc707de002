// The fields of an item of BEP 44. Those of a query (`any…Field`) are also read when the value is
// out of bounds, so that a node can refuse it with the error code of BEP 44. They are written only
// within the bounds.

import type { BencodeLimits } from '../bencode/value.ts'
import { MAX_DATAGRAM } from '../message/limits.ts'
import { bytesField, fixedBytesField } from './bytes.ts'
import { encodedField, valueLimits } from './encoded.ts'
import { defineField, type Field } from './field.ts'
import { integerField } from './integer.ts'

/** Longest value, in bytes of its encoding. BEP 44. */
export const MAX_ITEM_VALUE = 1000
/** Longest salt, in bytes. BEP 44. */
export const MAX_ITEM_SALT = 64

/** Limits of the value of an item, so that it fits a message: decodeValue takes them. */
export const ITEM_VALUE_LIMITS: Required<BencodeLimits> = valueLimits(MAX_ITEM_VALUE)

/** The value, as its bencoded bytes. */
export const valueField: Field<Uint8Array> = encodedField('v', MAX_ITEM_VALUE)
/** The Ed25519 public key. */
export const publicKeyField: Field<Uint8Array> = fixedBytesField('k', 32)
/** The Ed25519 signature. */
export const signatureField: Field<Uint8Array> = fixedBytesField('sig', 64)
/** The sequence number. */
export const sequenceField: Field<bigint> = integerField('seq', { min: 0n })

/** A value that may be too long. */
export const anyValueField: Field<Uint8Array> = defineField({
  ...encodedField('v', MAX_DATAGRAM),
  check: valueField.check,
})

/** A salt that may be too long. */
export const anySaltField: Field<Uint8Array> = defineField({
  ...bytesField('salt', MAX_DATAGRAM),
  check: bytesField('salt', MAX_ITEM_SALT).check,
})

/** A sequence number that may be negative. */
export const anySequenceField: Field<bigint> = defineField({
  ...integerField('seq'),
  check: sequenceField.check,
})
