// Generators of node states: any contacts, valid or not, of both address families.

import { createHash } from 'node:crypto'
import { type Contact, contact, endpoint, type Network } from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import type { CoreState } from '../../src/core/core-state.ts'

const port: fc.Arbitrary<number> = fc.integer({ min: 1, max: 65_535 })

export function anyContact(width: number): fc.Arbitrary<Contact> {
  const address = fc.oneof(fc.ipV4(), fc.ipV6())
  return fc
    .tuple(anyId(width), address, port)
    .map(([id, at, onPort]) => contact(id, endpoint(at, onPort)))
}

/** Contacts of each family in the order in which a file keeps them: IPv4 first. */
export function anyState({ idLength }: Network): fc.Arbitrary<CoreState> {
  return fc
    .record({
      ids: fc.record({ 4: anyId(idLength), 6: anyId(idLength) }),
      contacts: fc.array(anyContact(idLength), { maxLength: 40 }),
      announcements: fc.array(fc.record({ id: anyId(idLength), port }), { maxLength: 20 }),
    })
    .map(({ contacts, ...rest }) => {
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
