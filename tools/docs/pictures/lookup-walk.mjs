// A lookup as it went: time across, nearness to the target down, one bar for each query, and a
// dotted line from the response that named a node to the query of it.

import { nearness } from './distance.mjs'
import { label, line, picture } from './svg.mjs'

/** @typedef {import('@dht/node').LookupTrace} LookupTrace */
/** @typedef {{ readonly id: string, readonly from: number, to: number, fate: string,
 *   readonly toldBy: string | undefined }} Query */

const WIDTH = 760
const HEIGHT = 380
const LEFT = 60
const RIGHT = 30
const TOP = 60
const BOTTOM = 50

/** @param {LookupTrace} trace @returns {readonly Query[]} in the order in which they were sent */
export function queriesOf({ steps }) {
  /** @type {Map<string, Query>} */
  const queries = new Map()
  /** @type {Map<string, string>} */
  const toldBy = new Map()
  for (const step of steps) {
    if (step.kind === 'queried') {
      const { id } = step.contact
      queries.set(id, { id, from: step.at, to: step.at, fate: 'open', toldBy: toldBy.get(id) })
    } else if (step.kind === 'responded' || step.kind === 'failed') {
      const query = queries.get(step.contact.id)
      if (query !== undefined) Object.assign(query, { to: step.at, fate: step.kind })
    }
    if (step.kind !== 'responded') continue
    for (const { id } of step.closer) if (!toldBy.has(id)) toldBy.set(id, step.contact.id)
  }
  return [...queries.values()]
}

/** @param {LookupTrace} trace @param {number} nodes - in the network */
export function lookupWalk(trace, nodes) {
  const queries = queriesOf(trace)
  const { steps, lookup } = trace
  const [begin, end] = [steps[0]?.at ?? 0, steps.at(-1)?.at ?? 1]
  const near = queries.map(({ id }) => nearness(id, lookup.target))
  const [least, most] = [Math.floor(Math.min(...near)), Math.ceil(Math.max(...near))]
  /** @param {number} at */
  const x = (at) => LEFT + ((at - begin) / (end - begin)) * (WIDTH - LEFT - RIGHT)
  /** @param {string} id */
  const y = (id) => {
    return TOP + ((nearness(id, lookup.target) - least) / (most - least)) * (HEIGHT - TOP - BOTTOM)
  }
  const byId = new Map(queries.map((query) => [query.id, query]))
  const told = queries.flatMap(({ id, from, toldBy }) => {
    const by = toldBy === undefined ? undefined : byId.get(toldBy)
    return by === undefined ? [] : [line([x(by.to), y(by.id)], [x(from), y(id)], 'told')]
  })
  const bars = queries.map(({ id, from, to, fate }) => {
    return line([x(from), y(id)], [x(fate === 'open' ? end : to), y(id)], fate)
  })
  const responded = queries.filter(({ fate }) => fate === 'responded').length
  const title = `A lookup among ${nodes} nodes: ${queries.length} queries, ${responded} responses`
  return picture({ width: WIDTH, height: HEIGHT, title }, [
    label(LEFT, 24, title),
    label(
      LEFT,
      42,
      `${Math.round(end - begin)} ms; blue: responded, red: failed, grey: open at the end`,
      'small',
    ),
    ...axes({ least, most, ms: end - begin }),
    ...told,
    ...bars,
  ])
}

/** @param {{ readonly least: number, readonly most: number, readonly ms: number }} scale */
function axes({ least, most, ms }) {
  const rows = Array.from({ length: most - least + 1 }, (_, at) => {
    const y = TOP + (at / (most - least)) * (HEIGHT - TOP - BOTTOM)
    return [
      line([LEFT, y], [WIDTH - RIGHT, y], 'axis'),
      label(LEFT - 10, y + 4, `${least + at}`, 'small end'),
    ]
  })
  const y = HEIGHT - BOTTOM + 20
  return [
    ...rows.flat(),
    label(LEFT, y, '0 ms', 'small'),
    label(WIDTH - RIGHT, y, `${Math.round(ms)} ms`, 'small end'),
    label(
      LEFT,
      y + 18,
      'down: bits in common with the target; a line lower is half as far',
      'small',
    ),
  ]
}
