// The routing table: the XOR tree with its buckets, and beside it the contacts of the chosen one.

import type { VNode } from 'preact'
import type { Member, State } from '../../src/protocol.ts'
import type { TableView } from '../model/table-view.ts'
import { countText } from '../model/words.ts'
import { chosenFamily, pulse, shownView } from '../state/app-state.ts'
import { BucketDetail } from './bucket-detail.tsx'
import { StateMark } from './glyphs.tsx'
import { TableCanvas } from './table-canvas.tsx'
import { tableChoice } from './table-choice.ts'
import { XorTree } from './xor-tree.tsx'

const STATE_NAMES: Readonly<Record<State, string>> = {
  good: 'good',
  questionable: 'questionable',
  bad: 'bad',
}

export function TableTab(): VNode {
  pulse.value
  const { tables } = shownView()
  const table = tables.find(({ family }) => family === chosenFamily.value) ?? tables[0]
  if (table === undefined) return <p class="empty">This node has no routing table.</p>
  const chosen = tableChoice.value?.prefix
  const bucket = table.buckets.find(({ head }) => head.prefix === chosen) ?? fullest(table)
  return (
    <div class="table-tab">
      <section class="card tree-card" aria-label="Routing table">
        <div class="card-head">
          <h2>Routing table</h2>
          {tables.length > 1 && <FamilySwitch tables={tables} shown={table} />}
          <Legend table={table} />
        </div>
        <XorTree table={table} chosen={bucket === undefined ? -1 : table.buckets.indexOf(bucket)} />
        <TableCanvas table={table} chosen={bucket?.head.prefix} />
        <p class="hint muted">
          Purple: the path from the root to this node’s own id. Each branch leads to a bucket, the
          contacts whose ids part from ours at that bit. A dot is a free slot; a disc empties as its
          contact grows silent.
        </p>
      </section>
      {bucket !== undefined && <BucketDetail table={table} bucket={bucket} />}
    </div>
  )
}

function fullest({ buckets }: TableView): TableView['buckets'][number] | undefined {
  return [...buckets].sort((a, b) => b.count - a.count)[0]
}

function FamilySwitch({
  tables,
  shown,
}: {
  tables: readonly TableView[]
  shown: TableView
}): VNode {
  return (
    <fieldset class="segmented">
      <legend class="unseen">Address family</legend>
      {tables.map(({ family }) => (
        <button
          key={family}
          type="button"
          aria-pressed={family === shown.family}
          onClick={() => {
            chosenFamily.value = family
          }}
        >
          IPv{family}
        </button>
      ))}
    </fieldset>
  )
}

function Legend({ table }: { table: TableView }): VNode {
  const members: Member[] = table.buckets.flatMap((bucket) => bucket.members())
  const waiting = table.buckets.reduce((sum, bucket) => sum + bucket.waiting.length, 0)
  const countOf = (wanted: State): number => members.filter(({ state }) => state === wanted).length
  return (
    <ul class="legend">
      {(Object.keys(STATE_NAMES) as State[]).map((state) => (
        <li key={state}>
          <StateMark state={state} />
          <b>{countOf(state).toLocaleString('en')}</b> {STATE_NAMES[state]}
        </li>
      ))}
      <li>
        <b>{waiting.toLocaleString('en')}</b> waiting
      </li>
      <li class="muted">{countText(table.buckets.length, 'bucket')}</li>
    </ul>
  )
}
