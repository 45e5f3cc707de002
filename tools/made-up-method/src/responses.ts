// How a node that keeps texts responds to both methods.

import { ErrorCode } from '@dht/krpc'
import { type NodeMethod, refuse } from '@dht/node/core'
import { type CountWordsQuery, type CountWordsResults, countWords } from './count-words.ts'
import { type KeepTextQuery, keepText } from './keep-text.ts'
import type { KeptTexts } from './kept-texts.ts'

export function respondToCountWords(
  texts: KeptTexts,
): NodeMethod<CountWordsQuery, CountWordsResults> {
  return {
    method: countWords,
    respond(query, from, node, now) {
      const { nodes, nodes6 } = node.contactsNear(query, from)
      const count = BigInt(texts.count(query.target, query.word))
      return { nodes, nodes6, count, token: node.issueToken(query.target, from, now) }
    },
  }
}

export function respondToKeepText(texts: KeptTexts): NodeMethod<KeepTextQuery, object> {
  return {
    method: keepText,
    respond(query, from, node, now) {
      if (!node.acceptsToken(query, from, now)) return refuse(ErrorCode.protocol, 'Bad token')
      const isKept = texts.keep(query.target, query.text)
      return isKept ? {} : refuse(ErrorCode.server, 'No room for another text')
    },
  }
}
