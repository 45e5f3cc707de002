// The node of this page: its start and its end, and which of the two live nodes is shown.

import type { VNode } from 'preact'
import { startNodeOfPage, stopNodeOfPage } from '../source/page-node.ts'
import {
  changed,
  isLive,
  NODES,
  pageNode,
  pulse,
  type ShownNode,
  shownNode,
  views,
} from '../state/app-state.ts'
import { forgetChoices } from './forget-choices.ts'

const NAMES: Readonly<Record<ShownNode, string>> = {
  program: 'the program’s node',
  page: 'this page’s node',
}

export function NodeSwitch(): VNode | null {
  pulse.value
  if (!isLive.value) return null
  const { kind } = pageNode.value
  if (kind === 'running') return <RunningNode />
  if (views.program.capabilities?.relay !== true) return null
  return (
    <button type="button" disabled={kind !== 'none'} onClick={() => void start()}>
      {kind === 'starting' ? 'Starting a node …' : 'Run a node in this page'}
    </button>
  )
}

function RunningNode(): VNode {
  return (
    <>
      <label>
        <span class="unseen">Node that is shown</span>
        <select
          value={shownNode.value}
          onChange={({ currentTarget }) => show(currentTarget.value as ShownNode)}
        >
          {NODES.map((name) => (
            <option key={name} value={name}>
              {NAMES[name]}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => void stop()}>
        Stop this page’s node
      </button>
    </>
  )
}

function show(node: ShownNode): void {
  shownNode.value = node
  forgetChoices()
  changed()
}

async function start(): Promise<void> {
  if (await startNodeOfPage()) show('page')
}

async function stop(): Promise<void> {
  show('program')
  await stopNodeOfPage()
}
