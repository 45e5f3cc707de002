// Checks of what callers without types may pass. An instant left out would make every comparison
// false, and the table would go on with it in silence.

import { type Id, type Identified, isBytes } from '@dht/id'
import { RoutingTableArgumentError } from './errors.ts'

/** @throws {RoutingTableArgumentError} when it is no number */
export function requireInstant(now: number): void {
  if (typeof now === 'number' && !Number.isNaN(now)) return
  throw new RoutingTableArgumentError('now', 'an instant in ms', now)
}

/** @throws {RoutingTableArgumentError} when it is no number */
export function requireCount(count: number): void {
  if (typeof count === 'number' && !Number.isNaN(count)) return
  throw new RoutingTableArgumentError('count', 'a number', count)
}

/** @throws {RoutingTableArgumentError} when it can't be called */
export function requireFunction(what: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new RoutingTableArgumentError(what, 'a function', value)
}

/** @throws {RoutingTableArgumentError} when it is no contact; its width is not looked at */
export function idOf(contact: Identified): Id {
  const id = typeof contact === 'object' ? contact?.id : undefined
  if (isBytes(id)) return id
  throw new RoutingTableArgumentError('contact', 'an object with an id of bytes', contact)
}
