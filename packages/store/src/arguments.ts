// Checks of arguments that several methods take. Without them a wrong argument of a caller without
// types would leave peers in the store that no call finds.

import { isBytes } from '@dht/id'
import { StoreArgumentError } from './errors.ts'

/** @throws {StoreArgumentError} when `now` is not a number: without it no peer would expire */
export function requireInstant(now: number): void {
  if (typeof now === 'number' && !Number.isNaN(now)) return
  throw new StoreArgumentError('now', 'an instant in ms', now)
}

/** @throws {StoreArgumentError} when it is not a Uint8Array: text would be hashed as zeros */
export function requireBytes(argument: string, bytes: Uint8Array): void {
  if (!isBytes(bytes)) throw new StoreArgumentError(argument, 'a Uint8Array', bytes)
}

/** @throws {StoreArgumentError} when it is not an object */
export function requireObject(argument: string, value: object): void {
  if (typeof value === 'object' && value !== null) return
  throw new StoreArgumentError(argument, 'an object', value)
}
