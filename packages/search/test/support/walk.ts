// Runs a lookup in a world that responds, in a random order of delivery. A query may stall before
// it is settled.
import type { Lookup, ResponseVerdict } from '../../src/index.ts'
import { below, type Chance } from './chance.ts'
import type { TestNode } from './network.ts'

/** The reaction of a node to a query: it names others, or never responds. */
export type Answer = (node: TestNode) => readonly TestNode[] | 'silence'

/** The write token that a node gives with its response; by default none does. */
export type TokenOf = (node: TestNode) => Uint8Array | undefined

export interface Walk {
  /** In the order of the queries. */
  readonly asked: readonly TestNode[]
  readonly verdicts: readonly ResponseVerdict['kind'][]
  readonly mostInFlight: number
}

const STALL_PER_SETTLEMENT = 0.2
const MORE_THAN_ANY_LOOKUP = 10_000

export function walk(
  lookup: Lookup<TestNode>,
  answer: Answer,
  random: Chance,
  tokenOf: TokenOf = () => undefined,
): Walk {
  const settle = (node: TestNode): readonly ResponseVerdict['kind'][] => {
    const closer = answer(node)
    const token = tokenOf(node)
    if (closer !== 'silence') {
      const given = token === undefined ? {} : { token }
      return [lookup.responded(node, { responder: node, closer, ...given }).kind]
    }
    lookup.failed(node)
    return []
  }
  const asked: TestNode[] = []
  const verdicts: ResponseVerdict['kind'][] = []
  const open: TestNode[] = []
  let mostInFlight = 0
  for (let turn = 0; turn < MORE_THAN_ANY_LOOKUP; turn++) {
    let step = lookup.next()
    for (; step.kind === 'query'; step = lookup.next()) {
      asked.push(step.contact)
      open.push(step.contact)
    }
    mostInFlight = Math.max(mostInFlight, open.length)
    if (step.kind === 'done') return { asked, verdicts, mostInFlight }
    if (open.length === 0) throw new Error('waits for nothing')
    const at = below(open.length, random)
    if (random() < STALL_PER_SETTLEMENT) lookup.stalled(open[at]!)
    else verdicts.push(...settle(open.splice(at, 1)[0]!))
  }
  throw new Error('never ends')
}
