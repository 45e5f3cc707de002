// Datagrams are lost in both directions, independently of each other. A query that is lost with all
// its repetitions is a failure, and the rest of the network has to make up for it.

import { expect, it } from 'vitest'
import { Lookup } from '../../src/index.ts'
import { below, type Chance, chance } from '../support/chance.ts'
import { Network, nearest, type TestNode, uniformValues } from '../support/network.ts'
import { walk } from '../support/walk.ts'

const K = 8
const LOOKUPS = 300

interface Lossy {
  readonly found: readonly TestNode[]
  readonly truth: readonly TestNode[]
  /** The nearest of all nodes whose responses arrive. */
  readonly audible: readonly TestNode[]
}

/** One lookup in a network where each datagram is lost with probability `loss`. */
function lookUp(network: Network, random: Chance, loss: number, repetitions: number): Lossy {
  const [asker, target] = [0, 0].map(() => network.nodes[below(network.nodes.length, random)]!)
  const others = network.nodes.filter((node) => node !== asker)
  const isLost = () => random() < 1 - (1 - loss) ** 2
  const deaf = new Set(
    others.filter(() => Array.from({ length: 1 + repetitions }, isLost).every(Boolean)),
  )
  const startingContacts = network.answer(asker!, target!.value)
  const lookup = new Lookup({ target: target!.id, self: asker!.id, startingContacts }, { k: K })
  walk(
    lookup,
    (node) => (deaf.has(node) ? 'silence' : network.answer(node, target!.value, asker)),
    random,
  )
  return {
    found: lookup.closest(),
    truth: nearest(others, target!.value, K),
    audible: nearest(
      others.filter((node) => !deaf.has(node)),
      target!.value,
      K,
    ),
  }
}

const isSame = (a: readonly TestNode[], b: readonly TestNode[]) =>
  a.length === b.length && a.every((node, at) => node === b[at])

it.each([
  // In 3 times 1,000 lookups the lowest were 0.983 and 0.728, 0.999 and 0.916, 1 and 0.989. Most of
  // the rest are lookups in which one of the eight nearest could not be reached at all.
  { loss: 0.1, repetitions: 1, audible: 0.97, exact: 0.66 },
  { loss: 0.05, repetitions: 1, audible: 0.99, exact: 0.87 },
  { loss: 0.1, repetitions: 3, audible: 0.99, exact: 0.97 },
])('SEARCH-24: at a loss of $loss with $repetitions repetitions', (given) => {
  const { loss, repetitions, audible, exact } = given
  const random = chance(24)
  const values = uniformValues(300, 20, random)
  const network = new Network({ values, width: 20, k: K, random })
  let [heard, whole] = [0, 0]
  for (let n = 0; n < LOOKUPS; n++) {
    const one = lookUp(network, random, loss, repetitions)
    if (isSame(one.found, one.audible)) heard++
    if (isSame(one.found, one.truth)) whole++
  }
  expect(heard / LOOKUPS).toBeGreaterThanOrEqual(audible)
  expect(whole / LOOKUPS).toBeGreaterThanOrEqual(exact)
})
