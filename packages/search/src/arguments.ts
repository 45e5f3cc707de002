// The checks of what a caller passes in.

import { type Id, isBytes } from '@dht/id'
import { SearchIdError, SearchOptionError } from './errors.ts'

export function requireBytes(what: string, bytes: Uint8Array): void {
  if (!isBytes(bytes)) throw new SearchIdError(what, 'a Uint8Array', bytes)
}

export function requireWidth(what: string, id: Id, target: Id): void {
  requireBytes(what, id)
  if (id.length === target.length) return
  const units = target.length === 1 ? 'byte' : 'bytes'
  throw new SearchIdError(what, `an id of ${target.length} ${units} like the target`, id)
}

export function requireRegion(region: number): void {
  if (typeof region === 'number' && region >= 0 && region <= 1) return
  throw new SearchOptionError('region', 'a number from 0 to 1', region)
}
