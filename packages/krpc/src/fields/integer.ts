// An integer of 64 bits with a sign, as a bigint: sequence numbers of BEP 44, for example. A
// message with a larger integer is malformed, so an unsigned one has 63 bits.

import { showValue } from '@dht/id'
import { EncodeError } from '../errors.ts'
import { defineField, encodedKey, type Field } from './field.ts'

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/** The integers that count. */
export interface IntegerRange {
  /** Default -2^63, and never less. */
  readonly min?: bigint
  /** Default 2^63 - 1, and never more. */
  readonly max?: bigint
}

/** An integer out of range, and a value that is no integer, count as absent. */
export function integerField(key: string, range: IntegerRange = {}): Field<bigint> {
  const written = encodedKey(key)
  const { min = MIN_INT64, max = MAX_INT64 } = range
  const isInRange = (value: bigint): boolean => value >= min && value <= max
  return defineField<bigint>({
    key,
    read(dictionary) {
      const value = dictionary.bigint(key)
      return value !== undefined && isInRange(value) ? value : undefined
    },
    check(value, name) {
      if (typeof value === 'bigint' && isInRange(value) && BigInt.asIntN(64, value) === value)
        return
      throw new EncodeError({ what: name, expected: `${min} to ${max}`, got: showValue(value) })
    },
    write(output, value) {
      output.bytes(written)
      output.raw(`i${value}e`)
    },
  })
}
