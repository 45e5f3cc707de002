// The routing table as the XOR tree: each fork of the own path is a bucket, and the dots are the
// contacts in it.

import { nearness } from './distance.mjs'
import { element, label, line, picture } from './svg.mjs'

const WIDTH = 760
const TOP = 40
const LEVEL = 22
const DOTS = 90
const MARGIN = 40

/**
 * @param {{ readonly id: string, readonly contacts: readonly { readonly id: string }[],
 *   readonly buckets: readonly number[], readonly nodes: number }} node - `buckets`: members, the
 *   farthest bucket first
 */
export function xorTree({ id, contacts, buckets, nodes }) {
  const column = (WIDTH - 2 * MARGIN) / buckets.length
  const ground = TOP + LEVEL * buckets.length
  const height = ground + DOTS + 40
  /** The farthest bucket is on the right. @param {number} at */
  const rightOf = (at) => WIDTH - MARGIN - at * column
  const forks = buckets.flatMap((count, at) => {
    const [x, y] = [rightOf(at) - column / 2, TOP + at * LEVEL]
    const next = at + 1 < buckets.length ? [x - column, y + LEVEL] : [MARGIN, ground + 20]
    return [
      ...(at + 1 < buckets.length ? [line([x, y], [x, ground], 'branch')] : []),
      line([x, y], /** @type {[number, number]} */ (next), 'path'),
      label(x, ground + DOTS + 16, String(count), 'middle'),
      label(
        x,
        ground + DOTS + 32,
        at + 1 < buckets.length ? share(at) : 'own part',
        'small middle',
      ),
    ]
  })
  const dots = contacts.map((contact) => {
    const shared = nearness(contact.id, id)
    const at = Math.min(Math.floor(shared), buckets.length - 1)
    const across = Math.min(shared - at, 1)
    const x = rightOf(at) - 4 - across * (column - 8)
    const y = ground + 14 + (Number.parseInt(contact.id.slice(-4), 16) / 65_536) * (DOTS - 24)
    return element('circle', { cx: x, cy: y, r: 2.5, class: 'contact' })
  })
  const title = `The ${contacts.length} contacts of one of ${nodes} nodes, by distance from its id`
  const self = element('circle', { cx: MARGIN, cy: ground + 20, r: 6, class: 'own' })
  const words = [label(MARGIN, 24, title), label(MARGIN + 10, ground + 14, 'own id', 'small')]
  return picture({ width: WIDTH, height, title }, [...words, ...forks, ...dots, self])
}

/** The part of the id space that a bucket covers. @param {number} at */
function share(at) {
  return `1/${2 ** (at + 1)}`
}
