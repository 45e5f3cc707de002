// Over the tabs while a recording is open: its time, what was done to the network, and which node is
// shown.

import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Fault } from '../../src/recording/format.ts'
import { concerns, faultsAt, type Playback } from '../model/playback.ts'
import { shownText } from '../model/shown-text.ts'
import { clockText, countText } from '../model/words.ts'
import { closeRecording } from '../source/open-recording.ts'
import { changed, playing, pulse, speed } from '../state/app-state.ts'
import { FaultMarks } from './fault-marks.tsx'
import { NodePicker } from './node-picker.tsx'

const SPEEDS = [1, 10, 60, 600] as const

/** How long a fault without an end is named after it happened, as a share of the recording. */
const MOMENT_SHARE = 0.01
const MOST_NAMED = 3

export function RecordingBar({ playback }: { playback: Playback }): VNode {
  pulse.value
  usePlaying(playback)
  const { header } = playback.recording
  const { startAt, endAt } = header
  const spanMs = endAt - startAt
  const isPlaying = playing.value
  const momentMs = spanMs * MOMENT_SHARE
  const current = faultsAt(header.faults, playback.at, momentMs)
  return (
    <section class="recording-bar" aria-label="Recording">
      <div class="recording-line">
        <NodePicker playback={playback} />
        <span class="muted recording-facts">
          {shownText(header.source, 60)}
          {header.seed !== undefined && `, seed ${shownText(header.seed, 40)}`}
          {header.isCut && ', cut short'}
        </span>
        <button type="button" onClick={closeRecording}>
          Close recording
        </button>
      </div>
      <div class="recording-line">
        <button
          type="button"
          class="play"
          onClick={() => {
            if (!isPlaying && playback.at >= endAt) seek(playback, startAt)
            playing.value = !isPlaying
          }}
        >
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <div class="timeline">
          <FaultMarks
            faults={header.faults}
            node={playback.node}
            startAt={startAt}
            spanMs={spanMs}
          />
          <input
            type="range"
            aria-label="Time of the recording"
            aria-valuetext={`${clockText(playback.at - startAt)} of ${clockText(spanMs)}`}
            min={0}
            max={Math.max(1, Math.ceil(spanMs))}
            step={Math.max(1, Math.round(spanMs / 2000))}
            value={playback.at - startAt}
            onInput={({ currentTarget }) => {
              playing.value = false
              seek(playback, startAt + Number(currentTarget.value))
            }}
          />
        </div>
        <output class="mono">
          {clockText(playback.at - startAt)} / {clockText(spanMs)}
        </output>
        <NextFault playback={playback} />
        <label>
          <span class="unseen">Speed</span>
          <select
            value={speed.value}
            onChange={({ currentTarget }) => {
              speed.value = Number(currentTarget.value)
            }}
          >
            {SPEEDS.map((factor) => (
              <option key={factor} value={factor}>
                {factor}×
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="faults-now">
        {current.length === 0 ? (
          <span class="muted">{countText(header.faults.length, 'fault')} in this recording</span>
        ) : (
          current.slice(0, MOST_NAMED).map((fault) => (
            <span key={`${fault.at} ${fault.kind} ${fault.text}`} class="fault-now">
              ▲ <b>{shownText(fault.kind, 40)}</b> {shownText(fault.text, 160)}
              {fault.nodes.length > 0 && concerns(fault, playback.node) && ' (this node)'}
            </span>
          ))
        )}
        {current.length > MOST_NAMED && (
          <span class="muted"> and {current.length - MOST_NAMED} more</span>
        )}
      </p>
    </section>
  )
}

function seek(playback: Playback, at: number): void {
  playback.seek(at)
  changed()
}

function NextFault({ playback }: { playback: Playback }): VNode | null {
  const { faults } = playback.recording.header
  if (faults.length === 0) return null
  const next = faults.find(({ at }) => at > playback.at + 0.5)
  const go = (fault: Fault | undefined): void => {
    playing.value = false
    seek(playback, fault?.at ?? (faults[0] as Fault).at)
  }
  return (
    <button type="button" onClick={() => go(next)}>
      {next === undefined ? 'First fault' : 'Next fault'}
    </button>
  )
}

function usePlaying(playback: Playback): void {
  const isPlaying = playing.value
  useEffect(() => {
    if (!isPlaying) return undefined
    let before = performance.now()
    let asked = requestAnimationFrame(function advance(now) {
      playback.seek(playback.at + (now - before) * speed.peek())
      before = now
      changed()
      if (playback.at >= playback.recording.header.endAt) playing.value = false
      else asked = requestAnimationFrame(advance)
    })
    return () => cancelAnimationFrame(asked)
  }, [isPlaying, playback])
}
