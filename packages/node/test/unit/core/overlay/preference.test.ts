// Contacts whose address allows their id, and others, in the table of a node in Mainline (BEP 42).

import { bep42Ids, idFromBytes, isSecureId, secureId } from '@dht/id'
import { addressBytes, type Contact, contact, endpoint, mainline } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { hasSecureId } from '../../../../src/core/overlay/overlay-options.ts'
import { Bench } from '../../../support/bench.ts'

const random = seededRandom(5)

/** In the half of all ids that our own id, which begins with a zero, is not in. */
function far(n: number, isSecure: boolean): Contact {
  for (let host = 1; ; host++) {
    const address = `20.${n}.${host >> 8}.${host & 255}`
    const bytes = addressBytes(address)!
    const id = isSecure
      ? secureId({ address: bytes, length: 20, random })
      : idFromBytes(Uint8Array.of(0xff, ...random(19)))
    if (id[0]! >= 0x80 && isSecureId(id, bytes) === isSecure)
      return contact(id, endpoint(address, 1))
  }
}

const own = idFromBytes(new Uint8Array(20))
const near = contact(idFromBytes(Uint8Array.of(1, ...random(19))), endpoint('10.1.1.1', 1))

function benchWith(options: { readonly enforceSecureIds?: boolean }): Bench {
  const core = { network: mainline, k: 2, bucketWidths: [], ...options }
  return new Bench({ id: own, core })
}

const members = (bench: Bench) => bench.core.state().contacts

it('ID-25: a contact with a valid id takes the place of one without in a full bucket', () => {
  const bench = benchWith({})
  const lesser = [far(1, false), far(2, false)]
  for (const who of [near, ...lesser]) bench.addMember(who)
  const [first, second, third] = [far(3, true), far(4, true), far(5, true)]
  for (const who of [first, second, third]) bench.addMember(who)
  expect(new Set(members(bench))).toEqual(new Set([near, first, second]))
  bench.addMember(far(6, false))
  expect(new Set(members(bench))).toEqual(new Set([near, first, second]))
})

it('ID-25: with enforcement a contact with an invalid id is never a member and never named', () => {
  const bench = benchWith({ enforceSecureIds: true })
  const [valid, invalid] = [far(1, true), far(2, false)]
  for (const who of [near, invalid, valid]) bench.addMember(who)
  expect(bench.core.restore([far(7, false)])).toBe(0)
  expect(new Set(members(bench))).toEqual(new Set([near, valid]))
  const reply = bench.queryFrom(far(3, true), { method: 'find_node', target: invalid.id })
  const { nodes } = reply as { nodes?: Uint8Array }
  expect(nodes).toHaveLength(2 * 26)
  expect(bench.info.overlays[0]?.contacts.good).toBe(2)
})

it('ID-25: a contact at a local address may have any id', () => {
  expect([near, far(1, true), far(1, false)].map((who) => hasSecureId(who, bep42Ids))).toEqual([
    true,
    true,
    false,
  ])
  const six = secureId({ address: addressBytes('2a00:1::1')!, length: 20, random })
  expect(hasSecureId(contact(six, endpoint('2a00:1::1', 1)), bep42Ids)).toBe(true)
})
