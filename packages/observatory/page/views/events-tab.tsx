// The events in words, newest first.

import { type Signal, signal } from '@preact/signals'
import type { VNode } from 'preact'
import { EVENT_GROUPS, type EventGroup, eventGroup, eventWords } from '../model/event-words.ts'
import type { EventEntry } from '../model/node-view.ts'
import { clockText } from '../model/words.ts'
import { playback, pulse, shownView } from '../state/app-state.ts'

/** Rows that are shown at once; the filter reaches all that are kept. */
const MOST_SHOWN = 300

const hidden: Signal<ReadonlySet<EventGroup>> = signal(new Set())
const words: Signal<string> = signal('')
/** The events that are shown while the list stands still; absent: it follows. */
const held: Signal<readonly EventEntry[] | undefined> = signal(undefined)

export function EventsTab(): VNode {
  pulse.value
  const events = held.value ?? shownView().events
  const wanted = words.value.trim().toLowerCase()
  const shown: { entry: EventEntry; text: string }[] = []
  for (let at = events.length - 1; at >= 0 && shown.length < MOST_SHOWN; at--) {
    const entry = events[at] as EventEntry
    if (hidden.value.has(eventGroup(entry.event))) continue
    const text = eventWords(entry.event)
    if (text.toLowerCase().includes(wanted)) shown.push({ entry, text })
  }
  return (
    <section class="card events-tab" aria-label="Events">
      <div class="card-head">
        <h2>Events</h2>
        <Filters />
      </div>
      {shown.length === 0 ? (
        <p class="empty">{events.length === 0 ? 'Nothing has happened yet.' : 'None matches.'}</p>
      ) : (
        <ol class="events" aria-label="Events, newest first">
          {shown.map(({ entry, text }) => (
            <li key={entry.serial} class={`event event-${eventGroup(entry.event)}`}>
              <time class="mono muted">{timeText(entry.at)}</time>
              <span class="tag">{eventGroup(entry.event)}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function Filters(): VNode {
  return (
    <div class="filters">
      <input
        type="search"
        aria-label="Only events with these words"
        placeholder="filter"
        maxLength={100}
        value={words.value}
        onInput={({ currentTarget }) => {
          words.value = currentTarget.value
        }}
      />
      {EVENT_GROUPS.map((group) => (
        <label key={group} class="check">
          <input
            type="checkbox"
            checked={!hidden.value.has(group)}
            onChange={({ currentTarget }) => show(group, currentTarget.checked)}
          />
          {group}
        </label>
      ))}
      <button
        type="button"
        aria-pressed={held.value !== undefined}
        onClick={() => {
          held.value = held.value === undefined ? [...shownView().events] : undefined
        }}
      >
        {held.value === undefined ? 'Hold' : 'Follow'}
      </button>
    </div>
  )
}

function show(group: EventGroup, isShown: boolean): void {
  const next = new Set(hidden.value)
  if (isShown) next.delete(group)
  else next.add(group)
  hidden.value = next
}

/** The time of day for a live node; the time since its start for a recording. */
function timeText(at: number): string {
  const recorded = playback.value
  if (recorded !== undefined) {
    return clockText(recorded.toRecording(at) - recorded.recording.header.startAt)
  }
  const { wallOffset } = shownView()
  if (wallOffset === undefined) return clockText(at)
  return new Date(at + wallOffset).toLocaleTimeString('en-GB')
}
