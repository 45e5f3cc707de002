// A small line of values over time.

import type { VNode } from 'preact'

const WIDTH = 240
const HEIGHT = 44

/** @param values - oldest first */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }): VNode {
  const most = Math.max(1e-9, ...values)
  const step = WIDTH / Math.max(1, values.length - 1)
  const points = values.map((value, index) => {
    return `${(index * step).toFixed(1)} ${(HEIGHT - 2 - (value / most) * (HEIGHT - 6)).toFixed(1)}`
  })
  const line = points.length > 1 ? `M${points.join('L')}` : ''
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${values.at(-1)?.toFixed(1) ?? 0} a second now, ${most.toFixed(1)} at most`}
    >
      {line !== '' && <path class="spark-area" d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />}
      {line !== '' && <path class="spark-line" d={line} />}
    </svg>
  )
}
