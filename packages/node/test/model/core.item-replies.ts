// What other nodes return for the gets of a core: the item in some version, or something that is
// not to be believed.

import { idsEqual } from '@dht/id'
import type { Query, Response } from '@dht/krpc'
import { ITEMS, type ItemChoice, itemOf, otherAuthor, TEXTS } from './core.items.ts'
import type { World } from './core.world.ts'

export interface Returning {
  readonly what: 'nothing' | 'valid' | 'wrong signature' | 'other value' | 'other key' | 'seq alone'
  readonly seq: number
  readonly text: number
}

type Parts = Partial<Pick<Response, 'v' | 'k' | 'sig' | 'seq'>>

/** The item in a response to this query; nothing when that is no get. */
export function itemIn(
  query: Query | undefined,
  returning: Returning | undefined,
  world: World,
): Parts {
  if (query?.method !== 'get' || returning === undefined) return {}
  const wanted = ITEMS.flatMap((item) =>
    TEXTS.map((text): ItemChoice => ({ item, seq: returning.seq, text })),
  ).filter((each) => idsEqual(itemOf(each).target, query.target))
  // A mutable item has every text, an immutable one has its own.
  const choice = wanted.find(({ text }) => text === returning.text) ?? wanted[0]
  if (choice === undefined) return {}
  world.count(`returned: ${returning.what}`)
  return partsOf(choice, returning.what)
}

function partsOf(choice: ItemChoice, what: Returning['what']): Parts {
  const { v, k, sig, seq } = itemOf(choice)
  const other = itemOf({ ...choice, text: 1 - choice.text })
  switch (what) {
    case 'valid':
      return { v, k, sig, seq }
    case 'wrong signature':
      return { v, k, sig: sig?.map((byte) => byte ^ 1), seq }
    case 'other value':
      return { v: other.v, k, sig, seq }
    case 'other key': {
      const { target: _, salt: __, ...parts } = itemOf(choice, otherAuthor)
      return parts
    }
    case 'seq alone':
      return { seq: BigInt(choice.seq) }
    default:
      return {}
  }
}
