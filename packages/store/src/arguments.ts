// Checks of arguments that more than one method takes. A wrong one is the caller's fault, and a
// store that took it would hold entries that nobody finds.

import { isBytes } from '@dht/id'
import { StoreArgumentError } from './errors.ts'

/** @throws {StoreArgumentError} when it is no number: an instant left out would stop the clock */
export function requireInstant(now: number): void {
  if (typeof now === 'number' && !Number.isNaN(now)) return
  throw new StoreArgumentError('now', 'an instant in ms', now)
}

/** @throws {StoreArgumentError} when it is no Uint8Array: a text would be hashed as zeros */
export function requireBytes(argument: string, bytes: Uint8Array): void {
  if (!isBytes(bytes)) throw new StoreArgumentError(argument, 'a Uint8Array', bytes)
}

/** @throws {StoreArgumentError} when it is no object */
export function requireObject(argument: string, value: object): void {
  if (typeof value === 'object' && value !== null) return
  throw new StoreArgumentError(argument, 'an object', value)
}
