// The inspected state of a busy core, and copies of it with errors that no command can cause.

import { contentId, type Id } from '@dht/id'

import type { Contact } from '@dht/krpc'
import { World } from '@dht/sim'
import type { CoreInspection } from '../../src/invariants/core-step.ts'

/** The same type with all fields writable. */
export type Open<T> = T extends Uint8Array | Contact
  ? T
  : T extends object
    ? { -readonly [K in keyof T]: Open<T[K]> }
    : T
export type Loose = Open<CoreInspection>

export const TARGET: Id = contentId(Uint8Array.of(5, 5))

let busy: CoreInspection | undefined

/**
 * A core with members and waiting contacts, announcements, stored peers, open queries and an
 * operation.
 */
export function busyCore(): CoreInspection {
  busy ??= makeBusy()
  return busy
}

function makeBusy(): CoreInspection {
  const world = new World({ seed: 11, core: { k: 2, bucketWidths: [] } })
  const hosts = world.grow(20)
  for (const host of hosts) host.request({ kind: 'enter', target: TARGET, port: 9 })
  world.advance(60_000)
  for (const host of hosts) {
    host.request({ kind: 'lookup', target: TARGET, mode: 'all' })
    const core = host.node.core.inspect(host.now)
    if (core.store.peers.length > 0) return core
  }
  throw new Error('no node stores anything')
}

/** A copy of a state with an error in it. */
export function broken(
  hand: (core: Loose) => void,
  core: CoreInspection = busyCore(),
): CoreInspection {
  const copy = copyOf(core) as Loose
  hand(copy)
  return copy as unknown as CoreInspection
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if ('compact' in value) return value
  if (Array.isArray(value)) return value.map(copyOf)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)]))
}
