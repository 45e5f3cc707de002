// The drawing of a lookup: time across, distance down, a bar for each query. It is a picture; the
// same facts stand in the tree beside it, which the keyboard reaches.

import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import {
  type BarGeometry,
  type LookupGeometry,
  lookupGeometry,
  type RowGeometry,
  referralPath,
} from '../geometry/lookup-geometry.ts'
import type { RowQuery } from '../model/lookup-row.ts'
import type { LookupView } from '../model/lookup-view.ts'
import { barText, lookupWords, queryWords, rowWords } from '../model/lookup-words.ts'
import { pathTo } from '../model/referral-tree.ts'
import { shownText } from '../model/shown-text.ts'
import { shortId, superscript } from '../model/words.ts'
import { BarPatterns, StartMark } from './glyphs.tsx'
import { contactChoice, withUnqueried } from './lookup-choice.ts'
import { useSize } from './use-size.ts'

const NARROW = 420
const BAR = 12
/** Of a query toward a random point. */
const THIN_BAR = 6

export interface ChartProps {
  readonly view: LookupView
  readonly fullMs: number
  readonly now: number
}

export function LookupChart({ view, fullMs, now }: ChartProps): VNode {
  const [ref, size] = useSize<HTMLDivElement>()
  const [pointed, setPointed] = useState<string | undefined>(undefined)
  const width = size?.width ?? 600
  const geometry = lookupGeometry(view, {
    width,
    spanMs: fullMs,
    now,
    withUnqueried: withUnqueried.value,
    withLabels: width >= NARROW,
  })
  const byKey = new Map(geometry.rows.map((each) => [each.row.key, each]))
  const focus = pointed ?? contactChoice.value
  const path = new Set(focus === undefined ? [] : pathTo(view, focus))
  return (
    <div class="chart" ref={ref}>
      <svg
        width={width}
        height={geometry.height}
        role="img"
        aria-label={lookupWords(view)}
        class={path.size > 0 ? 'has-path' : undefined}
      >
        <BarPatterns />
        <Axes geometry={geometry} />
        {geometry.rows.map((each) => {
          const isMarked = each.row.key === contactChoice.value || each.row.key === pointed
          return isMarked ? <Back key={each.row.key} geometry={geometry} place={each} /> : null
        })}
        <g class="referrals">
          {geometry.rows.map((to) => {
            const from = to.row.toldBy === undefined ? undefined : byKey.get(to.row.toldBy)
            if (from === undefined) return null
            const isOnPath = path.has(to.row.key) && path.has(from.row.key)
            return (
              <path
                key={to.row.key}
                class={isOnPath ? 'on-path' : undefined}
                d={referralPath(from, to)}
              />
            )
          })}
        </g>
        {geometry.rows.map((each) => (
          <Row
            key={each.row.key}
            geometry={geometry}
            place={each}
            isOnPath={path.has(each.row.key)}
            isChosen={each.row.key === contactChoice.value}
            onPoint={setPointed}
          />
        ))}
        {now < view.startedAt + fullMs && (
          <line
            class="now"
            x1={geometry.x(now)}
            x2={geometry.x(now)}
            y1={20}
            y2={geometry.bottom}
          />
        )}
      </svg>
      {pointed !== undefined && byKey.has(pointed) && (
        <RowTip place={byKey.get(pointed) as RowGeometry} width={width} />
      )}
    </div>
  )
}

function Axes({ geometry }: { geometry: LookupGeometry }): VNode {
  const { left, right, bottom, timeTicks, distanceTicks } = geometry
  return (
    <g class="axes">
      {timeTicks.map(({ at, text }) => (
        <g key={text}>
          <line x1={at} x2={at} y1={20} y2={bottom} />
          <text x={at} y={13} class="tick-time">
            {text}
          </text>
        </g>
      ))}
      {distanceTicks.map(({ at, text }) => (
        <g key={text}>
          <line x1={40} x2={right} y1={at - 8.5} y2={at - 8.5} />
          <text x={36} y={at + 4} class="tick-distance">
            2{superscript(Number(text))}
          </text>
        </g>
      ))}
      <text x={4} y={13} class="axis-name">
        distance ↓
      </text>
      <line class="target" x1={40} x2={right} y1={bottom} y2={bottom} />
      <text x={left} y={bottom + 17} class="target-name">
        ◎ target
      </text>
    </g>
  )
}

interface RowProps {
  readonly geometry: LookupGeometry
  readonly place: RowGeometry
  readonly isOnPath: boolean
  readonly isChosen: boolean
  readonly onPoint: (key: string | undefined) => void
}

function Row({ geometry, place, isOnPath, isChosen, onPoint }: RowProps): VNode {
  const { row, bars } = place
  const [first] = bars
  const classes = ['row', isOnPath && 'on-path', isChosen && 'chosen']
  return (
    // biome-ignore lint/a11y: the picture is one image; its tree beside it has the keyboard
    <g
      class={classes.filter(Boolean).join(' ')}
      onPointerEnter={() => onPoint(row.key)}
      onPointerLeave={() => onPoint(undefined)}
      onClick={() => {
        contactChoice.value = isChosen ? undefined : row.key
      }}
    >
      <Back geometry={geometry} place={place} isArea />
      {first !== undefined && geometry.left > 60 && (
        <text x={geometry.left - 8} y={first.y + 4} class="row-id">
          {row.place !== undefined && '★ '}
          {shortId(row.peer.id)}
        </text>
      )}
      {first === undefined && <Unqueried place={place} />}
      {bars.map((bar) => (
        <Bar key={bar.y} bar={bar} />
      ))}
    </g>
  )
}

/** The strip of a row: shown when the row is marked, else only felt by the pointer. */
function Back({
  geometry,
  place: { y, height },
  isArea = false,
}: {
  geometry: LookupGeometry
  place: RowGeometry
  isArea?: boolean
}): VNode {
  return (
    <rect
      class={isArea ? 'row-area' : 'row-back'}
      x={40}
      width={geometry.width - 40}
      y={y - height / 2}
      height={height}
    />
  )
}

function Unqueried({ place: { y, toldX } }: { place: RowGeometry }): VNode {
  return <path class="unqueried" d={`M${toldX} ${y - 3.5}l3.5 3.5l-3.5 3.5l-3.5 -3.5Z`} />
}

function Bar({ bar }: { bar: BarGeometry }): VNode {
  const { query, y, from, to } = bar
  const stalled = bar.stalled === undefined ? to : Math.min(bar.stalled, to)
  const height = query.kind === 'walk' ? THIN_BAR : BAR
  const top = y - height / 2
  return (
    <g class={`query fate-${query.fate} kind-${query.kind}`}>
      <rect class="bar" x={from} y={top} width={Math.max(2, stalled - from)} height={height} />
      {stalled < to && (
        <rect class="bar-late" x={stalled} y={top} width={to - stalled} height={height} />
      )}
      <StartMark kind={query.kind} x={from} y={y} />
      <EndMark query={query} x={to} y={y} />
      <text x={to + 11} y={y + 4} class="bar-text">
        {barText(query)}
      </text>
    </g>
  )
}

function EndMark({ query, x, y }: { query: RowQuery; x: number; y: number }): VNode | null {
  if (query.fate === 'responded' || query.fate === 'late') {
    return <circle class="end-mark" cx={x} cy={y} r={5} />
  }
  if (query.fate !== 'failed') return null
  return <path class="end-cross" d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} />
}

function RowTip({ place, width }: { place: RowGeometry; width: number }): VNode {
  const { row, y, height, bars, toldX } = place
  const x = bars[0]?.from ?? toldX
  const side = x > width / 2 ? { right: `${width - x}px` } : { left: `${x}px` }
  return (
    <div class="tip" style={{ top: `${y + height / 2 + 4}px`, ...side }}>
      <b class="mono">{shortId(row.peer.id)}</b>{' '}
      <span class="mono">{shownText(row.peer.endpoint)}</span>
      <br />
      {rowWords(row)}
      {row.queries.length > 1 && (
        <ul>
          {row.queries.map((query, index) => (
            <li key={index}>{queryWords(query)}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
