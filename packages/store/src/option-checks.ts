// Checks that the options of all stores share.

import { expectedNames } from '@dht/id'
import { StoreOptionError } from './errors.ts'

/** Largest value of any bound: rows are numbered in 24 bits. Ours. */
export const MAX_BOUND: number = 2 ** 24

/** The options that were given, the others from the defaults. */
export function withDefaults<C extends object>(defaults: C, options: Partial<C>): C {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) }
}

/** @throws {StoreOptionError} on an unknown name */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new StoreOptionError('options', 'an object', options)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new StoreOptionError('option', expectedNames(unknown, known), unknown)
}

/** @throws {StoreOptionError} on a span that is not positive */
export function requireSpan(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return
  throw new StoreOptionError(name, 'a positive number of milliseconds', value)
}

/** @throws {StoreOptionError} on a share that is not above 0 and at most 1 */
export function requireShare(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0 && value <= 1) return
  throw new StoreOptionError(name, 'a number above 0, at most 1', value)
}

/** @throws {StoreOptionError} on a bound out of range */
export function requireBound(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_BOUND) return
  throw new StoreOptionError(name, `a whole number from 1 to ${MAX_BOUND}`, value)
}
