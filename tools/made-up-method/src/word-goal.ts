// The goal of a lookup that counts the texts with a word: it adds the counts of all nodes, and
// keeps the tokens for those who want to write.

import type { Id } from '@dht/id'
import type { Contact, Response } from '@dht/krpc'
import type { GoalProgress, LookupGoal, QueryContent } from '@dht/node/core'
import type { countWords } from './count-words.ts'

type CountWords = typeof countWords

/** A node that keeps texts. */
export interface Keeper {
  readonly contact: Contact
  readonly token: Uint8Array
}

export class WordGoal implements LookupGoal<CountWords> {
  readonly target: Id
  readonly query: QueryContent<CountWords>
  readonly #enough: bigint
  readonly keepers: Keeper[] = []
  total = 0n

  /** @param init - `enough`: the lookup ends when so many texts are counted; default: never */
  constructor(init: { readonly target: Id; readonly word: Uint8Array; readonly enough?: bigint }) {
    const { target, word, enough = 2n ** 63n } = init
    this.target = target
    this.query = { method: 'count_words', target, word }
    this.#enough = enough
  }

  get progress(): GoalProgress {
    return this.total >= this.#enough ? 'reached' : 'open'
  }

  /** A node that does not know the method returns closer nodes only. */
  fold({ count, token }: Response<CountWords>, contact: Contact): void {
    if (count !== undefined) this.total += count
    if (token !== undefined) this.keepers.push({ contact, token: token.slice() })
  }
}
