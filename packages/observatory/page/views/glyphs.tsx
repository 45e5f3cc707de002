// The marks of states and fates as small pictures, the same shapes as in the drawings. They are
// decoration: the words stand beside them.

import type { JSX, VNode } from 'preact'
import type { State } from '../../src/protocol.ts'
import type { Fate, QueryKind } from '../model/lookup-row.ts'

function Mark({ name, children }: { name: string; children: VNode | VNode[] }): VNode {
  return (
    <svg
      class={`mark mark-${name}`}
      viewBox="-8 -8 16 16"
      width="16"
      height="16"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

const DIAMOND = 'M0 -6.4L6.4 0L0 6.4L-6.4 0Z'

const STATE_MARKS: Readonly<Record<State | 'empty', () => VNode | VNode[]>> = {
  good: () => <circle r="6" />,
  questionable: () => [<path class="hollow" d={DIAMOND} />, <path d="M0 -6.4L0 6.4L-6.4 0Z" />],
  bad: () => <path class="stroke" d="M-4.6 -4.6L4.6 4.6M4.6 -4.6L-4.6 4.6" />,
  empty: () => <circle r="1.6" />,
}

export function StateMark({ state }: { state: State | 'empty' }): VNode {
  return <Mark name={state}>{STATE_MARKS[state]()}</Mark>
}

const FATE_MARKS: Readonly<Record<Fate, () => VNode | VNode[]>> = {
  responded: () => <circle r="5.5" />,
  late: () => [<circle class="hollow" r="5.5" />, <path d="M0 -5.5A5.5 5.5 0 0 1 0 5.5Z" />],
  failed: () => <path class="stroke" d="M-4.6 -4.6L4.6 4.6M4.6 -4.6L-4.6 4.6" />,
  unneeded: () => <path class="hollow" d="M0 -4.4L4.4 0L0 4.4L-4.4 0Z" />,
  known: () => <path class="hollow" d="M0 -4.4L4.4 0L0 4.4L-4.4 0Z" />,
  open: () => <path class="stroke" d="M-3 -5L3 0L-3 5" />,
  unsent: () => <path class="stroke" d="M-5 0H5" />,
  stalled: () => <path class="stroke" d="M-3 -5V5M3 -5V5" />,
}

export function FateMark({ fate }: { fate: Fate }): VNode {
  return <Mark name={fate}>{FATE_MARKS[fate]()}</Mark>
}

/** At the start of the bar of a query that belongs to a sweep. */
export function StartMark({ kind, x, y }: { kind: QueryKind; x: number; y: number }): VNode | null {
  if (kind === 'approach') return null
  const shape = kind === 'visit' ? `M${x - 4} ${y - 4}h8v8h-8Z` : `M${x - 4} ${y - 5}l8 5l-8 5Z`
  return <path class="start-mark" d={shape} />
}

const KIND_BARS: Readonly<Record<QueryKind, number>> = { approach: 8, visit: 8, walk: 4 }

export function KindMark({ kind }: { kind: QueryKind }): VNode {
  const height = KIND_BARS[kind]
  return (
    <svg class="mark" viewBox="-8 -8 28 16" width="28" height="16" aria-hidden="true">
      <rect class="bar" x={-4} y={-height / 2} width={22} height={height} />
      {kind !== 'approach' && <StartMark kind={kind} x={-4} y={0} />}
    </svg>
  )
}

/** The patterns of bars. The ids are used by the style sheet. */
export function BarPatterns(): JSX.Element {
  return (
    <defs>
      <pattern id="hatch-late" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="pattern-late" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" />
      </pattern>
      <pattern id="hatch-failed" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="pattern-failed" d="M0 0L6 6M6 0L0 6" />
      </pattern>
      <pattern id="hatch-open" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="pattern-open" d="M1.5 0V6" />
      </pattern>
    </defs>
  )
}
