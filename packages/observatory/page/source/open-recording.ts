// Opens a file that may come from anybody: its size is checked before it is read, and all of it is
// checked before anything of it is shown.

import { MAX_RECORDING, type Recording } from '../../src/recording/format.ts'
import { readRecording } from '../../src/recording/read-recording.ts'
import { Playback } from '../model/playback.ts'
import { shownText } from '../model/shown-text.ts'
import { bytesText, countText } from '../model/words.ts'
import { announced, changed, playback, playing, problem } from '../state/app-state.ts'

/** Shows the recording, or says why it can't be shown. */
export async function openRecording(file: File): Promise<void> {
  const name = shownText(file.name, 80)
  const read = await recordingOf(file)
  if (typeof read === 'string') {
    problem.value = `${name} is not shown: ${read}.`
    return
  }
  playing.value = false
  problem.value = undefined
  playback.value = new Playback(read)
  announced.value = `Recording ${name} opened: ${countText(read.header.nodes.length, 'node')}.`
  changed()
}

/** @returns a text for people when it is no recording that can be shown */
async function recordingOf(file: File): Promise<Recording | string> {
  if (file.size > MAX_RECORDING) {
    return `it has ${bytesText(file.size)}, and at most ${bytesText(MAX_RECORDING)} are read`
  }
  const text = await file.text().catch(() => undefined)
  if (text === undefined) return 'the file cannot be read'
  const result = readRecording(text)
  if (result.kind === 'refused') {
    const { line, message } = result.error
    return `line ${line}, ${shownText(message)}`
  }
  if (result.recording.frames.length === 0) return 'it has no frames'
  return result.recording
}

/** Goes back to the live node. */
export function closeRecording(): void {
  playback.value = undefined
  playing.value = false
  announced.value = 'Recording closed.'
  changed()
}
