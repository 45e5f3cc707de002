// The drawing of a lookup: time across, distance down, a bar for each query. It is a picture; the
// same facts stand in the tree beside it, which the keyboard reaches.

import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import {
  type LookupGeometry,
  lookupGeometry,
  type RowGeometry,
  referralPath,
} from '../geometry/lookup-geometry.ts'
import {
  FATE_WORDS,
  failureWords,
  fateCounts,
  type LookupRow,
  type LookupView,
} from '../model/lookup-view.ts'
import { pathTo } from '../model/referral-tree.ts'
import { shownText } from '../model/shown-text.ts'
import { countText, shortId, spanText, superscript } from '../model/words.ts'
import { BarPatterns } from './glyphs.tsx'
import { contactChoice, withUnqueried } from './lookup-choice.ts'
import { useSize } from './use-size.ts'

const NARROW = 420
const BAR = 12

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
        aria-label={chartWords(view)}
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
  const { row, y, bar } = place
  const classes = ['row', `fate-${row.fate}`, isOnPath && 'on-path', isChosen && 'chosen']
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
      {bar !== undefined && geometry.left > 60 && (
        <text x={geometry.left - 8} y={y + 4} class="row-id">
          {row.place !== undefined && '★ '}
          {shortId(row.peer.id)}
        </text>
      )}
      {bar === undefined ? <Unqueried place={place} /> : <Bar place={place} bar={bar} />}
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

function Bar({ place, bar }: { place: RowGeometry; bar: NonNullable<RowGeometry['bar']> }): VNode {
  const { row, y } = place
  const stalled = bar.stalled === undefined ? bar.to : Math.min(bar.stalled, bar.to)
  const top = y - BAR / 2
  return (
    <>
      <rect class="bar" x={bar.from} y={top} width={Math.max(2, stalled - bar.from)} height={BAR} />
      {stalled < bar.to && (
        <rect class="bar-late" x={stalled} y={top} width={bar.to - stalled} height={BAR} />
      )}
      <EndMark row={row} x={bar.to} y={y} />
      <text x={bar.to + 11} y={y + 4} class="bar-text">
        {barText(row)}
      </text>
    </>
  )
}

function EndMark({ row, x, y }: { row: LookupRow; x: number; y: number }): VNode | null {
  if (row.fate === 'responded' || row.fate === 'late') {
    return <circle class="end-mark" cx={x} cy={y} r={5} />
  }
  if (row.fate !== 'failed') return null
  return <path class="end-cross" d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} />
}

function barText(row: LookupRow): string {
  const { roundTripMs, values } = row
  if (row.fate === 'failed') return shownText(failureWords(row), 14)
  if (roundTripMs === undefined) return ''
  return `${spanText(roundTripMs)}${values > 0 ? ` ◆${values}` : ''}`
}

function RowTip({ place, width }: { place: RowGeometry; width: number }): VNode {
  const { row, y, bar, toldX } = place
  const x = bar?.from ?? toldX
  const side = x > width / 2 ? { right: `${width - x}px` } : { left: `${x}px` }
  return (
    <div class="tip" style={{ top: `${y + 14}px`, ...side }}>
      <b class="mono">{shortId(row.peer.id)}</b>{' '}
      <span class="mono">{shownText(row.peer.endpoint)}</span>
      <br />
      {rowWords(row)}
    </div>
  )
}

/** What became of a contact, in words. */
export function rowWords(row: LookupRow): string {
  const parts = [
    FATE_WORDS[row.fate] + (row.fate === 'failed' ? ` (${failureWords(row)})` : ''),
    row.roundTripMs === undefined ? '' : spanText(row.roundTripMs),
    `shares ${countText(row.shared, 'bit')} with the target`,
    row.told > 0 ? `returned ${row.told}, ${row.news} new` : '',
    row.unusable > 0 ? `${row.unusable} unusable` : '',
    row.values > 0 ? countText(row.values, 'value') : '',
    row.waited ? 'waited for its turn' : '',
    row.otherId === undefined ? '' : `another id answered: ${shortId(row.otherId)}`,
    row.place === undefined ? '' : `number ${row.place + 1} of the nearest`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function chartWords(view: LookupView): string {
  const counts = fateCounts(view)
  const queried = view.rows.filter(({ queriedAt }) => queriedAt !== undefined).length
  const responded = counts.responded + counts.late
  return `${countText(queried, 'query', 'queries')}: ${responded} responded, ${counts.late} of them after stalling, ${counts.failed} failed`
}
