// Compares a secret in a time that does not depend on how much of it is right.

import { createHash, timingSafeEqual } from 'node:crypto'

/** @param expected - undefined: none is needed */
export function isSecret(expected: string | undefined, given: string | undefined): boolean {
  if (expected === undefined) return true
  return timingSafeEqual(digest(expected), digest(given ?? ''))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
