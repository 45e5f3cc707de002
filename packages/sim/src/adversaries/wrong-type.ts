// Replies with messages that are not a response to the query, but mostly well formed: errors,
// queries, responses without the expected fields, lists of incomplete records, and text in place of
// a list.

import { encodeMessage, type Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

/** Error codes that BEP 5 defines, and some that it doesn't. */
const CODES = [201, 202, 203, 204, 1, 65_535] as const

class WrongType extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    if (query.method === 'ping') return this.reply(query)
    const { transactionId } = query
    const kinds = [
      () => this.#error(transactionId),
      () => this.query({ method: 'ping' }, transactionId),
      () => this.reply(query),
      () => this.#raw(query, `5:nodes37:${'n'.repeat(37)}`),
      () => this.#raw(query, '5:nodesi7e'),
      () => this.#raw(query, '5:token0:6:valuesl1:ai3ee'),
    ]
    return this.chance.pick(kinds)()
  }

  #error(transactionId: Uint8Array): Uint8Array {
    const code = this.chance.pick(CODES)
    return encodeMessage({ kind: 'error', transactionId, code, text: 'no' }, this.protocol)
  }

  /** A reply with additional text after its id. */
  #raw(query: Query, rest: string): Uint8Array {
    const text = String.fromCharCode(...this.reply(query))
    const end =
      text.indexOf('2:id') + 4 + `${this.contact.id.length}:`.length + this.contact.id.length
    return Uint8Array.from(text.slice(0, end) + rest + text.slice(end), (c) => c.charCodeAt(0))
  }
}

export const wrongType: Adversary = adversaryOf(
  { name: 'wrong-type', summary: 'replies with errors, queries and malformed lists' },
  WrongType,
)
