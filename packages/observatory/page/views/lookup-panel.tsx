// One lookup: its drawing, which node returned which, and its result.

import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Fate, QueryKind } from '../model/lookup-row.ts'
import { fateCounts, kindCounts, type LookupView, lookupView } from '../model/lookup-view.ts'
import { FATE_WORDS, KIND_WORDS } from '../model/lookup-words.ts'
import type { LookupEntry } from '../model/node-view.ts'
import { countText, shortId, spanText } from '../model/words.ts'
import { announced, frame, pulse, shownNow } from '../state/app-state.ts'
import { FateMark, KindMark } from './glyphs.tsx'
import { LookupChart } from './lookup-chart.tsx'
import { contactChoice, replayAt, withUnqueried } from './lookup-choice.ts'
import { LookupOutcome } from './lookup-outcome.tsx'
import { LookupScrubber } from './lookup-scrubber.tsx'
import { ReferralList } from './referral-list.tsx'

export function LookupPanel({ entry }: { entry: LookupEntry }): VNode {
  const { lookup, steps } = entry
  const startedAt = steps[0]?.at ?? 0
  const last = steps.at(-1)
  const hasEnded = last?.kind === 'ended'
  const replay = replayAt.value
  // A replay and a lookup under way move with each frame; one that has ended stands still.
  if (replay === undefined && hasEnded) pulse.value
  else frame.value
  const fullMs = (hasEnded ? last.at : Math.max(shownNow(), last?.at ?? 0)) - startedAt
  const now = startedAt + Math.min(replay ?? Number.POSITIVE_INFINITY, fullMs)
  const view = lookupView(lookup, steps, now)
  useEndAnnounced(hasEnded, view)
  return (
    <div class="lookup-main">
      <section class="card lookup-card" aria-label="Lookup over time">
        <div class="card-head">
          <h2>
            Lookup <span class="mono wrap">{lookup.target}</span>
          </h2>
        </div>
        <Fates view={view} isCut={entry.isCut} spanMs={fullMs} hasEnded={hasEnded} />
        <Sweep view={view} />
        <LookupScrubber fullMs={fullMs} atMs={now - startedAt} hasEnded={hasEnded} />
        <LookupChart view={view} fullMs={fullMs} now={now} />
      </section>
      <section class="card referral-card" aria-label="Referrals">
        <div class="card-head">
          <h2>Referrals</h2>
          <label class="check">
            <input
              type="checkbox"
              checked={withUnqueried.value}
              onChange={({ currentTarget }) => {
                withUnqueried.value = currentTarget.checked
              }}
            />
            contacts never queried
          </label>
        </div>
        <ReferralList
          view={view}
          withUnqueried={withUnqueried.value}
          chosen={contactChoice.value}
        />
      </section>
      <LookupOutcome view={view} />
    </div>
  )
}

function useEndAnnounced(hasEnded: boolean, view: LookupView): void {
  useEffect(() => {
    if (hasEnded && view.lookup.purpose === 'user') {
      announced.value = `Lookup ended with ${countText(view.closest.length, 'nearest node')}.`
    }
    // Once, when it ends; the view is the one of that moment.
  }, [hasEnded])
}

const SHOWN_FATES: readonly Fate[] = [
  'responded',
  'late',
  'failed',
  'unneeded',
  'unsent',
  'open',
  'stalled',
  'known',
]

function Fates({
  view,
  isCut,
  spanMs,
  hasEnded,
}: {
  view: LookupView
  isCut: boolean
  spanMs: number
  hasEnded: boolean
}): VNode {
  const counts = fateCounts(view)
  return (
    <ul class="legend">
      {SHOWN_FATES.filter((fate, index) => index < 4 || counts[fate] > 0).map((fate) => (
        <li key={fate}>
          <FateMark fate={fate} />
          <b>{counts[fate]}</b> {FATE_WORDS[fate]}
        </li>
      ))}
      <li class="muted">
        {hasEnded ? 'took' : 'running for'} {spanText(spanMs)}
      </li>
      {isCut && <li class="muted">some steps are missing</li>}
    </ul>
  )
}

const KINDS: readonly QueryKind[] = ['approach', 'visit', 'walk']

/** What the queries belong to, if there was a sweep. */
function Sweep({ view }: { view: LookupView }): VNode | null {
  const counts = kindCounts(view)
  if (counts.visit + counts.walk === 0) return null
  return (
    <ul class="legend" aria-label="Queries">
      {KINDS.map((kind) => (
        <li key={kind}>
          <KindMark kind={kind} />
          <b>{counts[kind]}</b> {KIND_WORDS[kind]}
        </li>
      ))}
      {view.points.map(({ id, number }) => (
        <li key={id} class="muted" title={id}>
          →{number} <span class="mono">{shortId(id)}</span>
        </li>
      ))}
    </ul>
  )
}
