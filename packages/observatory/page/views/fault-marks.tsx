// The faults of a recording on its time line: a bar for one that lasted, a triangle for a moment.
// Those of the shown node, or of all nodes, are filled; those of other nodes are hollow.

import type { VNode } from 'preact'
import type { Fault } from '../../src/recording/format.ts'
import { concerns } from '../model/playback.ts'
import { useSize } from './use-size.ts'

/** Most marks; the rest would cover one another. */
const MOST_MARKS = 600
export interface FaultMarksProps {
  readonly faults: readonly Fault[]
  readonly node: number
  readonly startAt: number
  readonly spanMs: number
}

export function FaultMarks({ faults, node, startAt, spanMs }: FaultMarksProps): VNode {
  const [ref, size] = useSize<HTMLDivElement>()
  const width = size?.width ?? 0
  const x = (at: number): number => {
    return (width * Math.min(spanMs, Math.max(0, at - startAt))) / Math.max(1, spanMs)
  }
  const every = Math.ceil(faults.length / MOST_MARKS)
  const shown = faults.filter((fault, index) => index % every === 0 || concerns(fault, node))
  return (
    <div class="fault-marks" ref={ref}>
      <svg width={width} height={14} aria-hidden="true">
        {shown.slice(0, 2 * MOST_MARKS).map((fault) => {
          const style = concerns(fault, node) ? 'fault-own' : 'fault-other'
          const key = `${fault.at} ${fault.kind} ${fault.nodes.join()} ${fault.text}`
          return fault.until === undefined ? (
            <path key={key} class={style} d={`M${x(fault.at) - 5} 1h10l-5 11Z`} />
          ) : (
            <rect
              key={key}
              class={`${style} fault-span`}
              x={x(fault.at)}
              width={Math.max(2, x(fault.until) - x(fault.at))}
              y={3}
              height={7}
            />
          )
        })}
      </svg>
    </div>
  )
}
