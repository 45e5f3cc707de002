// The frame of the page: what is shown, the tabs, and the panel of the open tab.

import type { VNode } from 'preact'
import { countText, shortId } from '../model/words.ts'
import {
  announced,
  connection,
  isLive,
  playback,
  problem,
  pulse,
  shownNode,
  shownView,
  TABS,
  type Tab,
  tab,
} from '../state/app-state.ts'
import { acceptDrops } from './drop-target.ts'
import { EventsTab } from './events-tab.tsx'
import { LookupsTab } from './lookups-tab.tsx'
import { NodeSwitch } from './node-switch.tsx'
import { OpenRecording } from './open-recording.tsx'
import { RecordingBar } from './recording-bar.tsx'
import { moveBetween } from './roving.ts'
import { StoredTab } from './stored-tab.tsx'
import { TableTab } from './table-tab.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { TrafficTab } from './traffic-tab.tsx'

const TAB_NAMES: Readonly<Record<Tab, string>> = {
  table: 'Table',
  lookups: 'Lookups',
  stored: 'Stored',
  traffic: 'Traffic',
  events: 'Events',
}

const PANELS: Readonly<Record<Tab, () => VNode>> = {
  table: TableTab,
  lookups: LookupsTab,
  stored: StoredTab,
  traffic: TrafficTab,
  events: EventsTab,
}

export function App(): VNode {
  const Panel = PANELS[tab.value]
  return (
    <div class="app" ref={acceptDrops}>
      <header class="top">
        <div class="top-line">
          <h1>DHT observatory</h1>
          <NodeSummary />
          <span class="grow" />
          <NodeSwitch />
          <OpenRecording />
          <ThemeSwitch />
        </div>
        <Tabs />
      </header>
      {playback.value !== undefined && <RecordingBar playback={playback.value} />}
      <Problem />
      <main>
        <div
          class="panel"
          id={`panel-${tab.value}`}
          role="tabpanel"
          aria-labelledby={`tab-${tab.value}`}
        >
          {hasNode() ? <Panel /> : <Waiting />}
        </div>
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {announced.value}
      </div>
    </div>
  )
}

function hasNode(): boolean {
  pulse.value
  return shownView().facts !== undefined
}

function Tabs(): VNode {
  return (
    <div class="tabs" role="tablist" aria-label="Views" onKeyDown={moveBetween('[role=tab]')}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={tab.value === name}
          aria-controls={`panel-${name}`}
          tabIndex={tab.value === name ? 0 : -1}
          onFocus={() => {
            tab.value = name
          }}
          onClick={() => {
            tab.value = name
          }}
        >
          {TAB_NAMES[name]}
        </button>
      ))}
    </div>
  )
}

function NodeSummary(): VNode {
  pulse.value
  const view = shownView()
  const id = view.tables[0]?.id
  const contacts = view.tables.reduce((sum, table) => sum + table.size, 0)
  return (
    <p class="summary">
      <ConnectionState />
      {id !== undefined && (
        <>
          <span class="mono" title={id}>
            {shortId(id)}
          </span>
          <span>{view.facts?.network}</span>
          <span>{countText(contacts, 'contact')}</span>
        </>
      )}
    </p>
  )
}

function ConnectionState(): VNode {
  pulse.value
  if (!isLive.value) return <span class="state state-recording">recording</span>
  if (shownView().hasEnded) return <span class="state state-off">node closed</span>
  if (shownNode.value === 'page') return <PageNodeState />
  const { kind } = connection.value
  if (kind === 'open') return <span class="state state-live">live</span>
  if (kind === 'refused') return <span class="state state-off">not connected</span>
  return <span class="state state-wait">{kind === 'lost' ? 'connecting again' : 'connecting'}</span>
}

/** Its events come from within; what may be gone is the relay. */
function PageNodeState(): VNode {
  pulse.value
  const { status } = shownView()
  const isOpen = status?.overlays.some((overlay) => overlay.isOpen) === true
  if (!isOpen) return <span class="state state-wait">no relay, connecting again</span>
  return <span class="state state-live">live in this page</span>
}

function Problem(): VNode | null {
  if (problem.value === undefined) return null
  return (
    <div class="problem" role="alert">
      <span>{problem.value}</span>
      <button
        type="button"
        onClick={() => {
          problem.value = undefined
        }}
      >
        Close
      </button>
    </div>
  )
}

function Waiting(): VNode {
  const state = connection.value
  const isRefused = state.kind === 'refused' && isLive.value
  return (
    <div class="waiting">
      <p>{isRefused ? state.text : 'Waiting for the node …'}</p>
      <p class="muted">A recording can be opened without a node: choose a file, or drop it here.</p>
    </div>
  )
}
