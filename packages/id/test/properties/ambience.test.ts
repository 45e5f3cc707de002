// Ids in a world that has no clock and no chance of its own.

import { createHash } from 'node:crypto'
import {
  closest,
  contentId,
  distance,
  idFromBytes,
  idFromHex,
  idToBigInt,
  idToHex,
  isSecureId,
  Prefix,
  randomId,
  secureId,
} from '@dht/id'
import { seededRandom } from '@dht/testing'
import { withoutAmbience } from '@dht/testing/without-ambience'
import { expect, it } from 'vitest'

it('TIME-51: ids are made of arguments alone, chance included', () => {
  const address = Uint8Array.of(124, 31, 75, 21)
  const made = withoutAmbience(() => {
    const random = seededRandom(51)
    const id = randomId(20, random)
    const inside = Prefix.of(id, 7).randomId(random)
    const secure = secureId({ address, length: 20, random })
    const [nearest] = closest([{ id: secure }, { id: inside }], id, 1)
    return {
      isInside: Prefix.of(id, 7).contains(inside),
      isNearest: idToBigInt(idFromBytes(distance(id, nearest!.id))) < 1n << 153n,
      isSecure: isSecureId(secure, address),
      isRead: idToHex(idFromHex(idToHex(id))) === idToHex(id),
      content: idToHex(contentId(Uint8Array.of(1))),
    }
  })
  expect(made).toEqual({
    isInside: true,
    isNearest: true,
    isSecure: true,
    isRead: true,
    content: createHash('sha256').update(Uint8Array.of(1)).digest('hex'),
  })
})
