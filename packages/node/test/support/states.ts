// Generators of node states: any contacts, valid or not, of both address families.

import { createHash } from 'node:crypto'
import { type Contact, contact, endpoint, type Network } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import type { SavedAnnouncement } from '../../src/core/core-state.ts'
import type { SavedState } from '../../src/state/saved-state.ts'

const port: fc.Arbitrary<number> = fc.integer({ min: 1, max: 65_535 })

export function anyContact(width: number): fc.Arbitrary<Contact> {
  const address = fc.oneof(fc.ipV4(), fc.ipV6())
  return fc
    .tuple(anyId(width), address, port)
    .map(([id, at, onPort]) => contact(id, endpoint(at, onPort)))
}

function anyAnnouncement(width: number): fc.Arbitrary<SavedAnnouncement> {
  const isSet = fc.constant(true as const)
  const flags = { seed: isSet, impliedPort: isSet }
  const named = { id: anyId(width), port }
  return fc.record({ ...named, ...flags }, { requiredKeys: ['id', 'port'] })
}

const bytesOf = (least: number, most: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: least, maxLength: most })

/** Items as a store has them, signed by nobody. */
export const anyItem: fc.Arbitrary<StoredItem> = fc.record(
  {
    v: bytesOf(1, 1_000),
    signed: fc.record({
      k: bytesOf(32, 32),
      salt: bytesOf(0, 64),
      seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      sig: bytesOf(64, 64),
    }),
  },
  { requiredKeys: ['v'] },
)

/** Contacts of each family in the order in which a file keeps them: IPv4 first. */
export function anyState({ idLength }: Network): fc.Arbitrary<SavedState> {
  return fc
    .record({
      ids: fc.record({ 4: anyId(idLength), 6: anyId(idLength) }),
      contacts: fc.array(anyContact(idLength), { maxLength: 40 }),
      announcements: fc.array(anyAnnouncement(idLength), { maxLength: 20 }),
      items: fc.array(anyItem, { maxLength: 5 }),
    })
    .map(({ contacts, items, ...others }) => {
      const rest = { ...others, ...(items.length > 0 && { items }) }
      const of = (family: number): Contact[] =>
        contacts.filter((each) => each.endpoint.family === family)
      return { ...rest, contacts: [...of(4), ...of(6)] }
    })
}

/** Bytes as a state file has them around its body: the right header and the right checksum. */
export function sealed(body: Uint8Array, version = 2): Uint8Array {
  const sum = createHash('sha256').update(body).digest()
  return Uint8Array.from([...new TextEncoder().encode(`dht-state ${version}\n`), ...sum, ...body])
}
