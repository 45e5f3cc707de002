// The ids that attackers choose around a key: by drawing many until enough of them are near ("ids
// that were ground"), or, where ids follow addresses, the best that their addresses allow.

import { compareDistance, distance, type Id, idFromBytes, idView, type SecureIds } from '@dht/id'
import { addressBytes, type Endpoint } from '@dht/krpc'
import type { Chance } from '../chance.ts'
import { idNear } from './adversary-process.ts'

/** An id and the endpoint at which it is used. */
export interface Placed {
  readonly id: Id
  readonly endpoint: Endpoint
}

/** How many ids an address allows: the low three bits of the last byte select a checksum. */
const CHOICES = 8
/** Leading bits that an id is moved towards the key, as far as its address allows. */
const GROUND_BITS = 48

/** Ids that are far nearer to the key than any honest node. */
export function nearestIds(key: Id, endpoints: readonly Endpoint[], chance: Chance): Placed[] {
  return endpoints.map((endpoint) => ({ id: idNear(key, chance), endpoint }))
}

/**
 * Ids as evenly spread as those of honest nodes: all distances up to that of `farthest` are equally
 * likely.
 */
export function spreadIds(
  { key, farthest }: { readonly key: Id; readonly farthest: Id },
  endpoints: readonly Endpoint[],
  chance: Chance,
): Placed[] {
  const radius = distance(key, farthest)
  return endpoints.map((endpoint) => ({ id: idWithin(key, radius, chance), endpoint }))
}

/**
 * The nearest ids that these addresses allow, one for each address.
 *
 * @param endpoints - all that the attacker has, of which it uses the best `count`
 */
export function allowedIds(
  { key, count, rule }: { readonly key: Id; readonly count: number; readonly rule: SecureIds },
  endpoints: readonly Endpoint[],
  chance: Chance,
): Placed[] {
  return endpoints
    .map((endpoint) => ({ id: allowedIdNear({ target: key, rule }, endpoint, chance), endpoint }))
    .sort((a, b) => compareDistance(a.id, b.id, key))
    .slice(0, count)
}

/** The id nearest to a target that an address allows by a rule; its last bits are random. */
export function allowedIdNear(
  { target, rule }: { readonly target: Id; readonly rule: SecureIds },
  endpoint: Endpoint,
  chance: Chance,
): Id {
  const address = addressBytes(endpoint.address) as Uint8Array
  const { length } = target
  const all = Array.from({ length: CHOICES }, (_, choice) => {
    const random = (bytes: number): Uint8Array => {
      const drawn = chance.bytes(bytes)
      drawn[bytes - 1] = ((drawn[bytes - 1] as number) & 0xf8) | choice
      return drawn
    }
    return rule.draw({ address, length, random })
  })
  const [nearest] = all.sort((a, b) => compareDistance(a, b, target)) as [Id]
  return movedTowards(target, nearest, (id) => rule.allows(id, address))
}

/** Makes each leading bit equal to that of the target if the address still allows the id. */
function movedTowards(target: Id, id: Id, isAllowed: (id: Id) => boolean): Id {
  const bytes = Uint8Array.from(id)
  for (let bit = 0; bit < Math.min(GROUND_BITS, 8 * (id.length - 1)); bit++) {
    const [at, mask] = [bit >> 3, 0x80 >> (bit & 7)]
    const before = bytes[at] as number
    bytes[at] = (before & ~mask) | ((target[at] as number) & mask)
    if (bytes[at] !== before && !isAllowed(idView(bytes))) bytes[at] = before
  }
  return idFromBytes(bytes)
}

/** An id at a random distance up to `radius`. */
function idWithin(key: Id, radius: Uint8Array, chance: Chance): Id {
  const first = radius.findIndex((byte) => byte !== 0)
  const zeros = first < 0 ? radius.length : first
  const head = radius[zeros] ?? 0
  // The whole byte that holds the highest bit of the radius, so that one draw of two fits.
  const mask = head === 0 ? 0 : (1 << (32 - Math.clz32(head))) - 1
  const limit = idFromBytes(radius)
  const origin = idFromBytes(new Uint8Array(key.length))
  for (;;) {
    const drawn = chance.bytes(key.length).fill(0, 0, zeros)
    if (zeros < key.length) drawn[zeros] = (drawn[zeros] as number) & mask
    if (compareDistance(idFromBytes(drawn), limit, origin) > 0) continue
    return idFromBytes(drawn.map((byte, i) => byte ^ (key[i] as number)))
  }
}
