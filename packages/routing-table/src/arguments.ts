// Checks of arguments, for callers without types. Without them a missing instant would make every
// comparison false, and the table would go on with wrong answers and no error.

import { type Id, type Identified, isBytes } from '@dht/id'
import { RoutingTableArgumentError } from './errors.ts'

/** @throws {RoutingTableArgumentError} when `now` is not a number */
export function requireInstant(now: number): void {
  if (typeof now === 'number' && !Number.isNaN(now)) return
  throw new RoutingTableArgumentError('now', 'an instant in ms', now)
}

/** @throws {RoutingTableArgumentError} when `count` is not a number */
export function requireCount(count: number): void {
  if (typeof count === 'number' && !Number.isNaN(count)) return
  throw new RoutingTableArgumentError('count', 'a number', count)
}

/** @throws {RoutingTableArgumentError} when `value` is not a function */
export function requireFunction(what: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new RoutingTableArgumentError(what, 'a function', value)
}

/** @throws {RoutingTableArgumentError} when `contacts` cannot be iterated */
export function requireIterable(contacts: Iterable<unknown>): void {
  if (typeof contacts?.[Symbol.iterator] === 'function') return
  throw new RoutingTableArgumentError('contacts', 'a list of contacts', contacts)
}

/**
 * An unknown option is refused: with a misspelt one, bad or unverified contacts would be returned.
 *
 * @throws {RoutingTableArgumentError} for the first option that is not in `names`
 */
export function requireNames(options: object, names: ReadonlySet<string>): void {
  for (const name in options) {
    if (names.has(name)) continue
    throw new RoutingTableArgumentError('option', [...names].join(', '), name)
  }
}

/**
 * The id of a contact. Its width is not checked.
 *
 * @throws {RoutingTableArgumentError} when `contact` is not an object with an id of bytes
 */
export function idOf(contact: Identified): Id {
  const id = typeof contact === 'object' ? contact?.id : undefined
  if (isBytes(id)) return id
  throw new RoutingTableArgumentError('contact', 'an object with an id of bytes', contact)
}
