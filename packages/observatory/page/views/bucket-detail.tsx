// The chosen bucket: its facts, and its contacts as leaves of the tree below its prefix.

import type { VNode } from 'preact'
import type { Member, Peer } from '../../src/protocol.ts'
import { type PrefixTree, prefixTree } from '../geometry/prefix-tree.ts'
import { bitText } from '../model/distance-bits.ts'
import { shownText } from '../model/shown-text.ts'
import type { BucketView, TableView } from '../model/table-view.ts'
import { agoText, countText, shareText, shortId } from '../model/words.ts'
import { shownNow } from '../state/app-state.ts'
import { AdversaryMark } from './adversary-mark.tsx'
import { StateMark } from './glyphs.tsx'
import { roundTripText, stateReason } from './member-words.ts'
import { moveBetween } from './roving.ts'
import { tableChoice } from './table-choice.ts'

/** Most contacts listed; a usual bucket has 128 at most. */
const MOST_LISTED = 128
/** Most waiting contacts listed; a node keeps k for each bucket. */
const MOST_WAITING = 64
const LINE = 42
const STEP = 11

export interface DetailProps {
  readonly table: TableView
  readonly bucket: BucketView
}

export function BucketDetail({ table, bucket }: DetailProps): VNode {
  const { head, count, waiting } = bucket
  const members = bucket.members().slice(0, MOST_LISTED)
  const isOwn = head.isOwn
  return (
    <section class="card detail" aria-label="Chosen bucket">
      <div class="card-head">
        <h2>
          Bucket <Prefix prefix={head.prefix} isOwn={isOwn} />
        </h2>
      </div>
      <dl class="facts">
        <Fact name="covers">{shareText(head.depth)}</Fact>
        <Fact name="contacts">
          {count} of {head.width}
          {count >= head.width ? ', full' : ''}
        </Fact>
        <Fact name="waiting to replace">{waiting.length}</Fact>
        <Fact name="refreshed">
          {head.refreshedAt === undefined ? 'never' : agoText(head.refreshedAt, shownNow())}
        </Fact>
        {isOwn && <Fact name="holds the own id">{bitText(table.id, 0, head.depth + 8)}…</Fact>}
      </dl>
      {members.length === 0 ? (
        <p class="empty">No contacts yet.</p>
      ) : (
        <Leaves members={members} depth={head.depth} checking={head.checking} />
      )}
      {count > members.length && (
        <p class="muted">{countText(count - members.length, 'more contact')} not listed</p>
      )}
      {waiting.length > 0 && <Waiting contacts={waiting} />}
    </section>
  )
}

function Prefix({ prefix, isOwn }: { prefix: string; isOwn: boolean }): VNode {
  const shared = isOwn ? prefix : prefix.slice(0, -1)
  return (
    <span class="mono prefix">
      <span class="own">{shared.length > 24 ? `…${shared.slice(-23)}` : shared}</span>
      {!isOwn && <b>{prefix.slice(-1)}</b>}
      <span class="muted">…</span>
    </span>
  )
}

function Fact({
  name,
  children,
}: {
  name: string
  children: VNode | string | number | (VNode | string | number)[]
}): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Leaves({
  members,
  depth,
  checking,
}: {
  members: readonly Member[]
  depth: number
  checking: string | undefined
}): VNode {
  const tree = prefixTree(members.map(({ id }) => id))
  const treeWidth = Math.min(90, 10 + STEP * tree.levels)
  const sorted = tree.order.map((index) => members[index] as Member)
  const chosen = tableChoice.value?.contact
  const tabStop = sorted.some(({ id }) => id === chosen) ? chosen : sorted[0]?.id
  return (
    <div class="leaves">
      <TreeLines tree={tree} width={treeWidth} count={sorted.length} />
      <ul aria-label="Contacts" onKeyDown={moveBetween('button')}>
        {sorted.map((member) => (
          <Leaf
            key={member.id}
            member={member}
            depth={depth}
            isChosen={member.id === chosen}
            isChecking={member.id === checking}
            hasTabStop={member.id === tabStop}
          />
        ))}
      </ul>
    </div>
  )
}

/** The newest first, as the table prefers them. */
function Waiting({ contacts }: { contacts: readonly Peer[] }): VNode {
  return (
    <>
      <h3>Replacement cache</h3>
      <ul class="waiting-contacts" aria-label="Waiting contacts">
        {contacts
          .slice(-MOST_WAITING)
          .reverse()
          .map(({ id, endpoint }) => (
            <li key={`${id}@${endpoint}`}>
              <span class="mono" title={id}>
                {shortId(id)}
              </span>
              <AdversaryMark id={id} />
              <span class="mono muted">{shownText(endpoint)}</span>
            </li>
          ))}
      </ul>
    </>
  )
}

interface LeafProps {
  readonly member: Member
  readonly depth: number
  readonly isChosen: boolean
  readonly isChecking: boolean
  readonly hasTabStop: boolean
}

function Leaf({ member, depth, isChosen, isChecking, hasTabStop }: LeafProps): VNode {
  const now = shownNow()
  return (
    <li class={isChosen ? 'leaf chosen' : 'leaf'}>
      <button
        type="button"
        aria-pressed={isChosen}
        tabIndex={hasTabStop ? 0 : -1}
        onClick={() => chooseContact(member, isChosen)}
      >
        <StateMark state={member.state} />
        <span class="leaf-lines">
          <span>
            <span class="mono">{shortId(member.id)}</span>
            <AdversaryMark id={member.id} />
            <span class="mono muted">{shownText(member.endpoint)}</span>
          </span>
          <span class="leaf-state muted">
            <span>
              <b>{member.state}</b>, {stateReason(member, now)}
              {isChecking && ', being checked'}
            </span>
            <span>{roundTripText(member)}</span>
          </span>
        </span>
      </button>
      {isChosen && (
        <dl class="facts">
          <Fact name="id">
            <span class="mono wrap">{member.id}</span>
          </Fact>
          <Fact name="bits below the prefix">
            <span class="mono">{bitText(member.id, depth, depth + 24)}…</span>
          </Fact>
          <Fact name="last response">
            {member.respondedAt === undefined ? 'never' : agoText(member.respondedAt, now)}
          </Fact>
        </dl>
      )}
    </li>
  )
}

function chooseContact({ id }: Member, isChosen: boolean): void {
  const prefix = tableChoice.value?.prefix ?? ''
  tableChoice.value = isChosen ? { prefix } : { prefix, contact: id }
}

function TreeLines({
  tree,
  width,
  count,
}: {
  tree: PrefixTree
  width: number
  count: number
}): VNode {
  const step = (width - 10) / Math.max(1, tree.levels)
  const xOf = (level: number | undefined): number =>
    level === undefined ? width : 4 + level * step
  const yOf = (line: number): number => (line + 0.5) * LINE
  const path = tree.forks
    .map(({ level, line, zero, one }) => {
      const x = xOf(level)
      const branch = (to: typeof zero): string =>
        `M${x} ${yOf(line)}V${yOf(to.line)}H${xOf(to.level)}`
      return branch(zero) + branch(one)
    })
    .join('')
  return (
    <svg class="tree-lines" width={width} height={count * LINE} aria-hidden="true">
      <path d={count === 1 ? `M4 ${yOf(0)}H${width}` : path} />
    </svg>
  )
}
