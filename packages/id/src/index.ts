// The exports of @dht/id.

export { closest } from './closest.ts'
export { contentId } from './content-id.ts'
export { commonPrefixLength, compareDistance, distance } from './distance.ts'
export { distanceOfHeads, idHead, sharedInHead } from './distance-head.ts'
export { IdFormatError, IdLengthError } from './errors.ts'
export { type Id, type Identified, idFromBytes, idKey, idsEqual, idView, isBytes } from './id.ts'
export { idFromBigInt, idToBigInt } from './id-bigint.ts'
export { idFromHex, idToHex } from './id-hex.ts'
export { Prefix } from './prefix.ts'
export { type RandomSource, randomId } from './random.ts'
export { isSecureId, secureId } from './secure-id.ts'
export { expectedNames, showValue } from './show-value.ts'
