// Replays a lookup: a slider over its time, and a button that plays it at a readable pace.

import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { spanText } from '../model/words.ts'
import { repaint } from '../state/app-state.ts'
import { isReplaying, replayAt, slowness } from './lookup-choice.ts'

export interface ScrubberProps {
  readonly fullMs: number
  readonly atMs: number
  readonly hasEnded: boolean
}

const SLOWNESS = [1, 4, 20, 100] as const

export function LookupScrubber({ fullMs, atMs, hasEnded }: ScrubberProps): VNode {
  useReplay(fullMs)
  const isPlaying = isReplaying.value
  return (
    <div class="scrubber">
      <button
        type="button"
        class="play"
        onClick={() => {
          if (!isPlaying && atMs >= fullMs) replayAt.value = 0
          isReplaying.value = !isPlaying
        }}
      >
        {isPlaying ? 'Pause' : 'Replay'}
      </button>
      <input
        type="range"
        aria-label="Time of the lookup"
        aria-valuetext={spanText(atMs)}
        min={0}
        max={Math.max(1, Math.ceil(fullMs))}
        step={Math.max(1, Math.round(fullMs / 500))}
        value={atMs}
        onInput={({ currentTarget }) => {
          isReplaying.value = false
          replayAt.value = Number(currentTarget.value)
        }}
      />
      <output class="mono">{spanText(atMs)}</output>
      <label>
        <span class="unseen">Pace</span>
        <select
          value={slowness.value}
          onChange={({ currentTarget }) => {
            slowness.value = Number(currentTarget.value)
          }}
        >
          {SLOWNESS.map((factor) => (
            <option key={factor} value={factor}>
              {factor === 1 ? 'as it was' : `${factor} times slower`}
            </option>
          ))}
        </select>
      </label>
      {replayAt.value !== undefined && (
        <button
          type="button"
          onClick={() => {
            replayAt.value = undefined
            isReplaying.value = false
          }}
        >
          {hasEnded ? 'Show the end' : 'Follow'}
        </button>
      )}
    </div>
  )
}

function useReplay(fullMs: number): void {
  const isPlaying = isReplaying.value
  useEffect(() => {
    if (!isPlaying) return undefined
    let before = performance.now()
    let asked = requestAnimationFrame(function advance(now) {
      const at = (replayAt.peek() ?? 0) + (now - before) / slowness.peek()
      before = now
      if (at >= fullMs) {
        isReplaying.value = false
        replayAt.value = undefined
        return
      }
      replayAt.value = at
      repaint()
      asked = requestAnimationFrame(advance)
    })
    return () => cancelAnimationFrame(asked)
  }, [isPlaying, fullMs])
}
