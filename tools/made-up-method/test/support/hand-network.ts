// Real cores whose datagrams are passed by hand, in the order in which they are sent and without
// delay. Some of the cores know the made-up methods, the others are nodes as they are today.

import { randomId } from '@dht/id'
import { dht256, type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { builtInMethods, type Command, type Effect, NodeCore, type Outcome } from '@dht/node/core'
import { seededRandom } from '@dht/testing'
import { KeptTexts, respondToCountWords, respondToKeepText } from '../../src/index.ts'

export interface HandNode {
  readonly core: NodeCore
  readonly at: Endpoint
  /** Undefined: the node does not know the methods. */
  readonly texts: KeptTexts | undefined
  readonly outcomes: Map<number, Outcome>
}

export class HandNetwork {
  readonly nodes: HandNode[] = []
  /** Bytes of the largest datagram. */
  largest = 0
  #now = 0
  #operations = 0
  readonly #places = new Map<string, HandNode>()

  /** Adds a node, which joins through the first one. */
  add(knowsMethods: boolean): HandNode {
    const n = this.nodes.length + 1
    const texts = knowsMethods ? new KeptTexts() : undefined
    const random = seededRandom(n)
    const core = new NodeCore({ id: randomId(32, random), random }, optionsOf(texts))
    const at = endpoint(`20.0.${n >> 8}.${n & 255}`, 4000)
    const node: HandNode = { core, at, texts, outcomes: new Map() }
    core.bound(at)
    const [first] = this.nodes
    this.nodes.push(node)
    this.#places.set(formatEndpoint(at), node)
    const endpoints = first === undefined ? [] : [first.at]
    this.#carry(node, core.start({ kind: 'bootstrap', endpoints, routers: [] }, this.#now))
    this.outcome(node, { kind: 'join' })
    return node
  }

  /** Starts an operation, and lets time pass until it has its outcome. */
  outcome(node: HandNode, request: Request): Outcome {
    const operationId = ++this.#operations
    this.#carry(node, node.core.start({ ...request, operationId } as Command, this.#now))
    for (let wakes = 0; wakes < 1_000; wakes++) {
      const outcome = node.outcomes.get(operationId)
      if (outcome !== undefined) return outcome
      this.#wakeNext()
    }
    throw new Error(`${request.kind} has no outcome`)
  }

  #wakeNext(): void {
    const due = this.nodes.map(({ core }) => core.nextTimeout(this.#now)?.at ?? Infinity)
    this.#now = Math.max(this.#now, Math.min(...due))
    for (const node of this.nodes) this.#carry(node, node.core.handleTimeout(this.#now))
  }

  #carry(from: HandNode, effects: readonly Effect[]): void {
    const queue = effects.map((effect) => ({ effect, node: from }))
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { effect, node } = next
      if (effect.kind === 'settle') node.outcomes.set(effect.operationId, effect.outcome)
      if (effect.kind !== 'send') continue
      this.largest = Math.max(this.largest, effect.size)
      const to = this.#places.get(formatEndpoint(effect.endpoint))
      const then = to?.core.receive(effect.bytes.slice(), node.at, this.#now) ?? []
      queue.push(...then.map((each) => ({ effect: each, node: to as HandNode })))
    }
  }
}

type Plain<C> = C extends { readonly operationId: number } ? Omit<C, 'operationId'> : never

/** A command without its id. */
type Request = Plain<Command>

/** Nothing waits for its turn: time passes only where the test says so. */
function optionsOf(texts: KeptTexts | undefined): ConstructorParameters<typeof NodeCore>[1] {
  const network = { ...dht256, pace: { perSecond: 10_000, burst: 10_000 } }
  if (texts === undefined) return { network }
  const added = [respondToCountWords(texts), respondToKeepText(texts)]
  return { network, methods: [...builtInMethods(network), ...added] }
}
