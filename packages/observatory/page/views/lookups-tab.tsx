// Lookups: start one, choose one of the past, and see how it went.

import type { VNode } from 'preact'
import { lookupView } from '../model/lookup-view.ts'
import type { LookupEntry } from '../model/node-view.ts'
import { agoText, countText, shortId, spanText } from '../model/words.ts'
import { isLive, pulse, shownNow, shownView } from '../state/app-state.ts'
import { chooseLookup, lookupChoice, withBackground } from './lookup-choice.ts'
import { LookupPanel } from './lookup-panel.tsx'
import { LookupSearch } from './lookup-search.tsx'
import { moveBetween } from './roving.ts'

const PURPOSES: Readonly<Record<string, string>> = {
  user: 'asked for',
  join: 'join',
  refresh: 'refresh',
  publish: 'publish',
}

export function LookupsTab(): VNode {
  pulse.value
  const view = shownView()
  const all = [...view.lookups.values()].reverse()
  const listed = all.filter(({ lookup }) => withBackground.value || lookup.purpose === 'user')
  const shown = listed.find(({ lookup }) => lookup.id === lookupChoice.value) ?? listed[0]
  return (
    <div class="lookups-tab">
      <section class="card lookup-side" aria-label="Lookups">
        {isLive.value && <LookupSearch />}
        <div class="card-head">
          <h2>Lookups</h2>
          <label class="check">
            <input
              type="checkbox"
              checked={withBackground.value}
              onChange={({ currentTarget }) => {
                withBackground.value = currentTarget.checked
              }}
            />
            the node’s own too
          </label>
        </div>
        {listed.length === 0 ? (
          <p class="empty">No lookup yet.</p>
        ) : (
          <LookupList listed={listed} shown={shown} />
        )}
      </section>
      {shown !== undefined && <LookupPanel key={shown.lookup.id} entry={shown} />}
    </div>
  )
}

function LookupList({
  listed,
  shown,
}: {
  listed: readonly LookupEntry[]
  shown: LookupEntry | undefined
}): VNode {
  return (
    <ul class="choices" onKeyDown={moveBetween('button')}>
      {listed.map((entry) => (
        <LookupItem key={entry.lookup.id} entry={entry} isShown={entry === shown} />
      ))}
    </ul>
  )
}

function LookupItem({ entry, isShown }: { entry: LookupEntry; isShown: boolean }): VNode {
  const { lookup, steps } = entry
  const startedAt = steps[0]?.at ?? 0
  const last = steps.at(-1)
  const hasEnded = last?.kind === 'ended'
  const queried = steps.filter(({ kind }) => kind === 'queried').length
  return (
    <li>
      <button
        type="button"
        class={isShown ? 'choice shown' : 'choice'}
        aria-pressed={isShown}
        tabIndex={isShown ? 0 : -1}
        onClick={() => chooseLookup(lookup.id)}
      >
        <span class="mono">{shortId(lookup.target)}</span>
        <span class={`purpose purpose-${lookup.purpose}`}>
          {Object.hasOwn(PURPOSES, lookup.purpose) ? PURPOSES[lookup.purpose] : 'other'}
        </span>
        <span class="muted choice-line">
          {countText(queried, 'query', 'queries')}, {spanText((last?.at ?? startedAt) - startedAt)}
          {hasEnded && endWords(entry)}
        </span>
        <span class="muted choice-line">
          {hasEnded ? agoText(last.at, shownNow()) : <b class="running">running</b>}
        </span>
      </button>
    </li>
  )
}

function endWords({ lookup, steps }: LookupEntry): string {
  const last = steps.at(-1)
  if (last?.kind !== 'ended') return ''
  const queries = lookupView(lookup, steps).rows.flatMap((row) => row.queries)
  const values = queries.reduce((sum, query) => sum + query.values, 0)
  const found = values > 0 ? `, ${countText(values, 'value')}` : ''
  return `${found}${last.incompleteReasons.length > 0 ? ', incomplete' : ''}`
}
