// A sample of the info hashes that a node stores, one after the other in one string. BEP 51.

import { stringSize } from '../bencode/size-counter.ts'
import { isString, lengthOf, viewOf } from '../bencode/span.ts'
import { checkBytes, defineField, encodedKey, type Field, refuse } from './field.ts'

const KEY = 'samples'
const WRITTEN = encodedKey(KEY)

/** Reads whole ids; a part of one at the end is dropped. */
export const samplesField: Field<Uint8Array> = defineField({
  key: KEY,
  read(dictionary, { idLength }) {
    const span = dictionary.string(KEY)
    if (!isString(span)) return undefined
    const length = lengthOf(span)
    return viewOf(dictionary.datagram, span).subarray(0, length - (length % idLength))
  },
  check(samples, name, { idLength }) {
    checkBytes(name, samples)
    if (samples.length % idLength !== 0) {
      refuse(name, `whole ids of ${idLength} bytes`, samples.length)
    }
  },
  write(output, samples) {
    output.bytes(WRITTEN)
    output.string(samples)
  },
  cut: {
    // They are a sample in random order, so any part of them is a smaller one.
    rank: () => 1,
    shorten: (samples, excess, { idLength }) => {
      const whole = samples.length
      let left = whole
      while (left > 0 && stringSize(whole) - stringSize(left) < excess) left -= idLength
      return samples.subarray(0, left)
    },
    first: (samples, { idLength }) => samples.subarray(0, idLength),
  },
})
