// Methods that were added from outside work through real nodes, across nodes that do not know them.

import { idFromBytes } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Keeper, keepText, WordGoal } from '../src/index.ts'
import { HandNetwork, type HandNode } from './support/hand-network.ts'

const K = 8
const target = idFromBytes(new Uint8Array(32).fill(0x5a))
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const fruit = ascii('fruit')

/** Every third node knows the methods. */
function networkOf(size: number): HandNetwork {
  const network = new HandNetwork()
  for (let n = 0; n < size; n++) network.add(n % 3 === 0)
  return network
}

function lookUp(network: HandNetwork, from: HandNode, enough?: bigint): WordGoal {
  const goal = new WordGoal({ target, word: fruit, ...(enough !== undefined && { enough }) })
  const outcome = network.outcome(from, { kind: 'lookup-goal', goal })
  expect(outcome).toMatchObject({ kind: 'found', result: { complete: enough === undefined } })
  return goal
}

function keepAt(network: HandNetwork, from: HandNode, keeper: Keeper, text: Uint8Array) {
  const { contact, token } = keeper
  const query = { method: keepText.name, target, text, token } as const
  return network.outcome(from, { kind: 'query', to: contact.endpoint, goal: { query } })
}

const network = networkOf(60)
const [writer, , , reader] = network.nodes as [HandNode, HandNode, HandNode, HandNode]

it('a text is kept at the nodes that gave a token, and counted by another node', () => {
  const { keepers } = lookUp(network, writer)
  const gaveToken = new Set(keepers.map(({ contact }) => formatEndpoint(contact.endpoint)))
  const nodes = network.nodes.filter(({ at }) => gaveToken.has(formatEndpoint(at)))
  expect(nodes.length).toBeGreaterThan(0)
  expect(nodes.every(({ texts }) => texts !== undefined)).toBe(true)

  for (const keeper of keepers) {
    expect(keepAt(network, writer, keeper, ascii('ripe fruit'))).toMatchObject({ kind: 'answered' })
  }
  expect(nodes.every(({ texts }) => texts?.count(target, fruit) === 1)).toBe(true)
  const { total } = lookUp(network, reader)
  expect(total).toBeGreaterThan(0n)
  expect(total).toBeLessThanOrEqual(BigInt(nodes.length))
  expect(lookUp(network, reader, 1n).total).toBeGreaterThanOrEqual(1n)
})

it('a query takes more bytes than any other message, up to the budget of its method', () => {
  const [keeper] = lookUp(network, writer).keepers
  const before = network.largest
  const text = new Uint8Array(1_200).fill(0x61)
  expect(keepAt(network, writer, keeper as Keeper, text)).toMatchObject({ kind: 'answered' })
  expect(before).toBeLessThanOrEqual(1_232)
  expect(network.largest).toBeGreaterThan(1_232)
  expect(network.largest).toBeLessThanOrEqual(1_400)
})

it('a method may refuse a query', () => {
  const [keeper] = lookUp(network, writer).keepers
  const forged = { ...(keeper as Keeper), token: new Uint8Array(8) }
  expect(keepAt(network, writer, forged, fruit)).toEqual({
    kind: 'refused',
    code: 203,
    text: 'Bad token',
  })
})

it('a node without the method returns closer nodes, and counts an unknown method', () => {
  const old = network.nodes[1] as HandNode
  const goal = new WordGoal({ target, word: fruit })
  const outcome = network.outcome(writer, { kind: 'query', to: old.at, goal })
  const answer = outcome.kind === 'answered' ? outcome.answer : undefined
  expect(answer?.contacts.length).toBeGreaterThan(0)
  expect([goal.total, goal.keepers]).toEqual([0n, []])
  const received = ({ core }: HandNode) => core.info(0).counters.queriesReceived
  expect(received(old)['unknown']).toBeGreaterThan(0)
  expect(Object.keys(received(old))).not.toContain('count_words')
  const knowing = network.nodes.filter(({ texts }) => texts !== undefined)
  expect(knowing.some((node) => (received(node)['count_words'] ?? 0) > 0)).toBe(true)
  expect(knowing.every((node) => received(node)['unknown'] === 0)).toBe(true)
})

const anyText = fc
  .array(fc.constantFrom('fruit', 'ripe', 'fruits'), { maxLength: 3 })
  .map((words) => words.join(' '))

it('a lookup counts what all nodes keep, whichever of them know the methods', () => {
  const anyNode = fc.record({ knows: fc.boolean(), texts: fc.array(anyText, { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(anyNode, { minLength: 1, maxLength: K }), (others) => {
      const small = new HandNetwork()
      const asking = small.add(true)
      let expected = 0
      for (const { knows, texts } of others) {
        const node = small.add(knows)
        for (const text of texts) node.texts?.keep(target, ascii(text))
        const kept = knows ? [...new Set(texts)] : []
        expected += kept.filter((text) => /\bfruit\b/.test(text)).length
      }
      expect(lookUp(small, asking).total).toBe(BigInt(expected))
    }),
    { numRuns: 50 },
  )
})
