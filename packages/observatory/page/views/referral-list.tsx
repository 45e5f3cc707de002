// Which node returned which, as a tree for the keyboard. Chosen rows are marked in the drawing beside it.

import type { VNode } from 'preact'
import type { LookupView } from '../model/lookup-view.ts'
import { queryWords, rowText, rowWords } from '../model/lookup-words.ts'
import { type ReferralNode, referralTree } from '../model/referral-tree.ts'
import { shownText } from '../model/shown-text.ts'
import { shortId, superscript } from '../model/words.ts'
import { AdversaryMark } from './adversary-mark.tsx'
import { FateMark } from './glyphs.tsx'
import { contactChoice } from './lookup-choice.ts'
import { moveBetween } from './roving.ts'

/** Most rows; a lookup has some dozens. */
const MOST_ROWS = 500

export interface ReferralListProps {
  readonly view: LookupView
  readonly withUnqueried: boolean
  readonly chosen: string | undefined
}

export function ReferralList({ view, withUnqueried, chosen }: ReferralListProps): VNode {
  const nodes = referralTree(view, withUnqueried).slice(0, MOST_ROWS)
  const hasChosen = nodes.some(({ row }) => row.key === chosen)
  return (
    <div
      class="referral"
      role="tree"
      aria-label="Referrals"
      onKeyDown={moveBetween('[role=treeitem]')}
    >
      <p class="muted referral-root" role="presentation">
        starting contacts, from the own table
      </p>
      {nodes.map((node, index) => (
        <ReferralRow
          key={node.row.key}
          node={node}
          isChosen={node.row.key === chosen}
          hasTabStop={hasChosen ? node.row.key === chosen : index === 0}
        />
      ))}
    </div>
  )
}

interface RowProps {
  readonly node: ReferralNode
  readonly isChosen: boolean
  readonly hasTabStop: boolean
}

function ReferralRow({ node, isChosen, hasTabStop }: RowProps): VNode {
  const { row, depth, gathered, lines } = node
  const choose = (): void => {
    contactChoice.value = isChosen ? undefined : row.key
  }
  return (
    <div
      role="treeitem"
      class={`referral-row fate-${row.fate}${isChosen ? ' chosen' : ''}`}
      aria-level={depth + 1}
      aria-selected={isChosen}
      tabIndex={hasTabStop ? 0 : -1}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        choose()
      }}
    >
      <span class="indent" aria-hidden="true">
        {lines.map((goesOn, index) => (
          <i key={index} class={lineClass(goesOn, index === lines.length - 1)} />
        ))}
      </span>
      <FateMark fate={row.fate} />
      <span class="mono">{shortId(row.peer.id)}</span>
      <AdversaryMark id={row.peer.id} />
      <span class="muted">2{superscript(Math.floor(row.bits))}</span>
      {row.place !== undefined && <span class="near">★ {row.place + 1}</span>}
      <span class="end muted">
        {rowText(row)}
        {row.queries.length > 1 && `, ${row.queries.length} queries`}
        {row.news > 0 && `, returned ${row.news} new`}
      </span>
      {gathered > 0 && (
        <span class="row-rest muted">
          {gathered === row.news ? 'none' : `${row.news - gathered}`} of them queried
        </span>
      )}
      {isChosen && (
        <span class="row-more">
          <span class="mono wrap">{row.peer.id}</span>
          <span class="mono">{shownText(row.peer.endpoint)}</span>
          <span>{rowWords(row)}</span>
          {row.queries.length > 1 &&
            row.queries.map((query, index) => <span key={index}>{queryWords(query)}</span>)}
        </span>
      )}
    </div>
  )
}

function lineClass(goesOn: boolean, isLast: boolean): string {
  if (isLast) return goesOn ? 'line tee' : 'line elbow'
  return goesOn ? 'line through' : 'line'
}
