// Queries that are not served: what their senders are told, and those that nobody is told of.

import {
  decodeMessage,
  defineMethod,
  idField,
  type Method,
  MethodList,
  mainline,
  required,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { ascii } from '../../support/bytes.ts'

const ID = '20:abcdefghij0123456789'
const TARGET = '20:mnopqrstuvwxyz123456'

describe('PROTO-72: topics of BEP 50', () => {
  const topic = '1:c20:abcdefghij0123456789'

  it.each(['q', 'r', 'e'])('a message of a topic is dropped, y=%s', (kind) => {
    const body = { q: `1:ad2:id${ID}e${topic}1:q4:ping`, r: `${topic}1:rd2:id${ID}e`, e: topic }
    const bytes = ascii(`d${body[kind as 'q' | 'r' | 'e']}1:t2:aa1:y1:${kind}e`)
    const [transactionId, isQuery] = [ascii('aa'), kind === 'q']
    const dropped = { kind: 'malformed', reason: 'topic', isQuery, transactionId }
    expect(decodeMessage(bytes, mainline)).toEqual({ ...dropped, code: undefined, text: undefined })
  })

  it.each(['1:ci1e', '1:c2:xx', '1:c0:'])('%s is no topic, and is skipped', (other) => {
    const bytes = ascii(`d1:ad2:id${ID}e${other}1:q4:ping1:t2:aa1:y1:qe`)
    expect(decodeMessage(bytes, mainline)).toMatchObject({ kind: 'query', method: 'ping' })
  })
})

describe('the text of an error message', () => {
  const textOf = (bytes: string): string | undefined => {
    const message = decodeMessage(ascii(bytes), mainline)
    return message.kind === 'malformed' ? message.text : 'none'
  }
  const asked = (method: string, args = ''): string =>
    `d1:ad2:id${ID}${args}e1:q${method.length}:${method}1:t2:aa1:y1:qe`

  it('PROTO-71: names the argument that is missing or unusable', () => {
    expect(textOf(asked('find_node'))).toBe("missing 'target'")
    expect(textOf(asked('find_node', '6:target2:xy'))).toBe("invalid value for 'target'")
    expect(textOf(asked('get_peers', '9:info_hashi7e'))).toBe("invalid value for 'info_hash'")
    const announce = (args: string): string => asked('announce_peer', `9:info_hash${TARGET}${args}`)
    expect(textOf(announce('4:porti80e'))).toBe("missing 'token'")
    expect(textOf(announce('5:token2:xy'))).toBe("missing 'port'")
    expect(textOf(announce('4:porti0e5:token2:xy'))).toBe("invalid value for 'port'")
    expect(textOf('d1:ade1:q4:ping1:t2:aa1:y1:qe')).toBe("missing 'id'")
    expect(textOf('d1:ad2:idi1ee1:q4:ping1:t2:aa1:y1:qe')).toBe("invalid value for 'id'")
    expect(textOf(`d1:ad2:id${ID}e1:t2:aa1:y1:qe`)).toBe("missing 'q'")
    expect(textOf(`d1:ad2:id${ID}e1:qi1e1:t2:aa1:y1:qe`)).toBe("invalid value for 'q'")
    expect(textOf(asked('vote'))).toBe('unknown method')
  })

  it('PROTO-71: names the part of a mutable item that is missing or unusable', () => {
    const [k, seq, sig] = [`1:k32:${'k'.repeat(32)}`, '3:seqi1e', `3:sig64:${'s'.repeat(64)}`]
    const put = (...args: readonly string[]): string =>
      asked('put', `${args.join('')}5:token2:xy1:v0:`)
    expect(textOf(put(k, seq, sig))).toBe('none')
    expect(textOf(put())).toBe('none')
    expect(textOf(put(seq, sig))).toBe("missing 'k'")
    expect(textOf(put(k, sig))).toBe("missing 'seq'")
    expect(textOf(put(k, seq))).toBe("missing 'sig'")
    expect(textOf(put(k, seq, '3:sig2:xy'))).toBe("invalid value for 'sig'")
    expect(textOf(put(seq))).toBe("missing 'k'")
  })

  it('PROTO-71: fits an error message, however long the key', () => {
    const key = 'k'.repeat(100)
    const method = defineMethod({
      name: 'm',
      arguments: { id2: required(idField(key)) },
      results: {},
    })
    const network = { ...mainline, methods: new MethodList([method as Method]) }
    const message = decodeMessage(ascii(asked('m')), network)
    if (message.kind !== 'malformed') throw new Error(message.kind)
    expect(message.text).toHaveLength(64)
  })
})
