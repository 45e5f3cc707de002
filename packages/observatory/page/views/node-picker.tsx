// Which node of a recording is shown: a list that opens, with a filter, because there may be
// thousands. Adversaries are marked.

import type { RefObject, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RecordedNode } from '../../src/recording/format.ts'
import type { Playback } from '../model/playback.ts'
import { shownText } from '../model/shown-text.ts'
import { countText, shortId } from '../model/words.ts'
import { announced, changed } from '../state/app-state.ts'
import { forgetChoices } from './forget-choices.ts'
import { moveBetween } from './roving.ts'

const MOST_LISTED = 200

export function NodePicker({ playback }: { playback: Playback }): VNode {
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const node = playback.recording.header.nodes[playback.node]
  return (
    <div class="node-picker" ref={box}>
      <button
        type="button"
        ref={opener}
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        onClick={() => setOpen(!isOpen)}
      >
        Node {node === undefined ? '' : <NodeName node={node} />} ▾
      </button>
      {isOpen && (
        <NodeList
          playback={playback}
          box={box}
          close={() => setOpen(false)}
          onChosen={(place) => {
            choose(playback, place)
            setOpen(false)
            opener.current?.focus()
          }}
        />
      )}
    </div>
  )
}

/** Escape closes the list, and so does a focus or a click elsewhere. */
function useClosing(box: RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close()
    }
    const onElsewhere = ({ target }: Event): void => {
      if (target instanceof Node && box.current?.contains(target) === false) close()
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('focusin', onElsewhere)
    document.addEventListener('pointerdown', onElsewhere)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('focusin', onElsewhere)
      document.removeEventListener('pointerdown', onElsewhere)
    }
  }, [box, close])
}

function choose(playback: Playback, place: number): void {
  playback.choose(place)
  forgetChoices()
  const name = playback.recording.header.nodes[place]?.name ?? ''
  announced.value = `Node ${shownText(name, 60)} is shown.`
  changed()
}

function NodeList({
  playback,
  box,
  close,
  onChosen,
}: {
  playback: Playback
  box: RefObject<HTMLElement | null>
  close: () => void
  onChosen: (place: number) => void
}): VNode {
  const [filter, setFilter] = useState('')
  const [isAdversary, setAdversary] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  useClosing(box, close)
  const { nodes } = playback.recording.header
  const wanted = filter.trim().toLowerCase()
  const found = nodes
    .map((node, place) => ({ node, place }))
    .filter(({ node }) => (!isAdversary || node.adversary !== undefined) && matches(node, wanted))
  const adversaries = nodes.filter(({ adversary }) => adversary !== undefined).length
  return (
    <div class="node-list" role="dialog" aria-label="Choose a node">
      <input
        ref={input}
        type="search"
        aria-label="Only nodes with this name, id or endpoint"
        placeholder="name, id or endpoint"
        maxLength={100}
        value={filter}
        onInput={({ currentTarget }) => setFilter(currentTarget.value)}
      />
      {adversaries > 0 && (
        <label class="check">
          <input
            type="checkbox"
            checked={isAdversary}
            onChange={({ currentTarget }) => setAdversary(currentTarget.checked)}
          />
          only {countText(adversaries, 'adversary', 'adversaries')}
        </label>
      )}
      <ul class="choices" onKeyDown={moveBetween('button:not(:disabled)')}>
        {found.slice(0, MOST_LISTED).map(({ node, place }) => (
          <li key={place}>
            <button
              type="button"
              class={place === playback.node ? 'choice shown' : 'choice'}
              disabled={!node.isRecorded}
              aria-pressed={place === playback.node}
              onClick={() => onChosen(place)}
            >
              <NodeName node={node} />
              <span class="muted mono">{shownText(node.endpoint, 60)}</span>
              {!node.isRecorded && <span class="muted">not recorded</span>}
            </button>
          </li>
        ))}
      </ul>
      {found.length > MOST_LISTED && (
        <p class="muted">{countText(found.length - MOST_LISTED, 'more node')}; use the filter</p>
      )}
      {found.length === 0 && <p class="empty">None matches.</p>}
    </div>
  )
}

function NodeName({ node: { name, id, adversary } }: { node: RecordedNode }): VNode {
  return (
    <span class="node-name">
      {adversary !== undefined && <b class="adversary">▲ {shownText(adversary, 40)}</b>}{' '}
      <span>{shownText(name, 60)}</span>{' '}
      {id !== undefined && <span class="mono">{shortId(id)}</span>}
    </span>
  )
}

function matches({ name, id, endpoint, adversary }: RecordedNode, wanted: string): boolean {
  return [name, id, endpoint, adversary].some((text) => text?.toLowerCase().includes(wanted))
}
