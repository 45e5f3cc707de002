// A node has the methods of its list and no others.

import { type Id, idFromBytes } from '@dht/id'
import {
  type BuiltInMethod,
  bytesField,
  decodeMessage,
  defineMethod,
  dht256,
  encodeMessage,
  endpoint,
  idField,
  type Method,
  MethodList,
  mainline,
  type Network,
  type QueryHead,
  required,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CoreOptions } from '../../src/core/config/core-options.ts'
import { builtInMethods } from '../../src/core/methods/index.ts'
import { type NodeMethod, refuse } from '../../src/core/methods/node-method.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import { home } from '../support/bench.ts'

interface EchoQuery extends QueryHead {
  readonly target: Id
  readonly word: Uint8Array
}

interface EchoResults {
  readonly echo?: Uint8Array | undefined
}

type Echo = Method<EchoQuery, EchoResults>
type WithEchoes = BuiltInMethod | Echo

const echoField = bytesField('echo', 2_000)

function echo(name: string, response = 1_232): Echo {
  return defineMethod<EchoQuery, EchoResults>({
    name,
    arguments: { target: required(idField('target')), word: required(bytesField('word', 99)) },
    results: { echo: echoField },
    budgets: { response },
  })
}

/** Returns the word again and again, and refuses an empty one. */
function respondTo(method: Echo, times = 1): NodeMethod<EchoQuery, EchoResults> {
  return {
    method,
    respond({ word }) {
      if (word.length === 0) return refuse(299, 'No word')
      return { echo: new Uint8Array(times * word.length).map((_, at) => word[at % word.length]!) }
    },
  }
}

const from = endpoint('20.1.1.1', 4000)
const anyName = fc.stringMatching(/^[a-z_"]{1,12}$/).filter((name) => !IN_USE.has(name))
const IN_USE = new Set([...dht256.methods.names, 'unknown', 'put'])

class Asked {
  readonly core: NodeCore
  readonly #wire: Network<WithEchoes>
  readonly #id: Id

  constructor(network: Network, echoes: readonly Echo[], options: CoreOptions) {
    const all = [...network.methods.all, ...echoes]
    this.#wire = { ...network, methods: new MethodList<WithEchoes>(all) }
    this.#id = idFromBytes(new Uint8Array(network.idLength).fill(9))
    const id = idFromBytes(new Uint8Array(network.idLength).fill(1))
    this.core = new NodeCore({ id, random: seededRandom(1) }, { network, ...options })
    this.core.bound(home)
  }

  /** The querier answers a query of the node, and so proves its address. */
  prove(): void {
    const [ping] = this.core.start({ kind: 'ping', operationId: 1, to: from }, 0)
    if (ping?.kind !== 'send') throw new Error('no ping')
    const { transactionId } = decodeMessage(ping.bytes, this.#wire)
    const error = { kind: 'error', transactionId: transactionId!, code: 201, text: '' } as const
    this.core.receive(encodeMessage(error, this.#wire), from, 0)
  }

  /** The reply, and its size. */
  ask(method: string, word: Uint8Array) {
    const head = { transactionId: new Uint8Array(4), id: this.#id, readOnly: true } as const
    const query = { kind: 'query', method, ...head, target: this.#id, word } as const
    const written = encodeMessage<WithEchoes>(query, this.#wire)
    const effects = this.core.receive(written, from, 0)
    const sent = effects.find((effect) => effect.kind === 'send')
    const bytes = sent?.bytes ?? new Uint8Array(0)
    return { reply: decodeMessage(bytes, this.#wire), size: bytes.length }
  }
}

describe.each([dht256, mainline])('in $name', (network) => {
  it('PROTO-60: a node responds to the methods of its list, and to no others', () => {
    const names = fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(names, fc.nat(), fc.uint8Array({ maxLength: 40 }), (all, cut, word) => {
        const echoes = all.map((name) => echo(name))
        const listed = echoes.slice(0, cut % (all.length + 1))
        const methods = [...builtInMethods(network), ...listed.map((each) => respondTo(each))]
        const asked = new Asked(network, echoes, { methods })
        for (const each of echoes) {
          const { reply } = asked.ask(each.name, word)
          const isListed = listed.includes(each)
          if (isListed && word.length === 0) expect(reply).toMatchObject({ code: 299 })
          else expect(reply).toMatchObject({ kind: 'response', echo: isListed ? word : undefined })
        }
        const { queriesReceived } = asked.core.info(0).counters
        const counted = listed.map(({ name }): [string, number] => [name, 1])
        expect(queriesReceived).toEqual({
          ...Object.fromEntries(network.methods.names.map((name) => [name, 0])),
          ...Object.fromEntries(counted),
          unknown: all.length - listed.length,
        })
      }),
    )
  })

  it('PROTO-60: a response may take the budget of its method', () => {
    const large = echo('large', 1_400)
    const methods = [...builtInMethods(network), respondTo(large, 13)]
    const asked = new Asked(network, [large], { methods })
    expect(asked.ask('large', word(99)).size).toBeLessThan(network.replyBudget)
    asked.prove()
    const { reply, size } = asked.ask('large', word(99))
    expect(reply).toMatchObject({ kind: 'response' })
    expect(size).toBeGreaterThan(network.replyBudget)
  })
})

function word(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x61)
}

const one = respondTo(echo('one'))

it.each([
  ['a missing method', [one], /^methods: expected the network's ping among them/],
  ['no list', {}, /^methods: expected a list/],
  ['no response', [{ method: one.method }], /^methods\[0\]: expected a method and its response/],
  ['two of one name', [...builtInMethods(dht256), one, one], /^methods: expected different names/],
  [
    'the name of all others',
    [...builtInMethods(dht256), respondTo(echo('unknown'))],
    /^method: expected another name/,
  ],
])('%s is refused', (_what, methods, message) => {
  const create = () => new Asked(dht256, [], { methods: methods as readonly NodeMethod[] })
  expect(create).toThrow(message)
})

it('a network with a method that has no response is refused', () => {
  const methods = new MethodList<BuiltInMethod>([echo('one') as never])
  const create = () => new Asked(dht256, [], { network: { ...dht256, methods } })
  expect(create).toThrow(/^network\.methods: expected built-in methods, got "one"/)
})
