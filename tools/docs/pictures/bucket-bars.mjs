// How the buckets of one node fill: a row of bars for each instant.

import { element, label, picture } from './svg.mjs'

const WIDTH = 760
const ROW = 64
const TOP = 50
const LEFT = 110

/**
 * @param {readonly { readonly when: string, readonly buckets: readonly number[] }[]} rows - members
 *   by bucket, the farthest bucket first
 * @param {number} nodes - in the network
 */
export function bucketBars(rows, nodes) {
  const most = Math.max(...rows.flatMap(({ buckets }) => buckets))
  const columns = Math.max(...rows.map(({ buckets }) => buckets.length))
  const column = (WIDTH - LEFT - 30) / columns
  const bars = rows.flatMap(({ when, buckets }, row) => {
    const ground = TOP + (row + 1) * ROW
    const sum = buckets.reduce((all, count) => all + count, 0)
    const drawn = buckets.flatMap((count, at) => {
      const height = Math.max(1, (count / most) * (ROW - 24))
      const x = LEFT + at * column
      const bar = { x: x + 4, y: ground - height, width: column - 8, height, class: 'bar' }
      return [
        element('rect', bar),
        label(x + column / 2, ground - height - 4, String(count), 'small middle'),
      ]
    })
    const words = [label(20, ground - 16, when), label(20, ground - 1, `${sum} contacts`, 'small')]
    return [...words, ...drawn]
  })
  const title = `The buckets of a new node in a network of ${nodes}`
  const height = TOP + rows.length * ROW + 34
  return picture({ width: WIDTH, height, title }, [
    label(20, 24, title),
    ...bars,
    label(LEFT, height - 10, 'the farthest half of the ids', 'small'),
    label(WIDTH - 30, height - 10, 'nearest to the own id', 'small end'),
  ])
}
