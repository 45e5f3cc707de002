// Reads a recording. It may come from anybody, so everything in it is checked, and nothing of it is
// kept that the format does not have.

import * as v from 'valibot'
import {
  MAX_FRAMES,
  MAX_LINE,
  MAX_RECORDING,
  type Recording,
  type RecordingFrame,
  type RecordingHeader,
} from './format.ts'
import { recordingFrameSchema, recordingHeaderSchema } from './recording-schema.ts'

/**
 * What is wrong with a recording.
 *
 * - `empty`: no line
 * - `too-long`: longer than `MAX_RECORDING`, a line longer than `MAX_LINE`, or too many frames
 * - `json`: a line is no JSON
 * - `version`: it has a version that is not known here
 * - `header`, `frame`: a line is not what the format demands
 * - `order`: a frame is earlier than the one before it, or outside of the header's span
 * - `node`: a frame of a node that the header does not have, or does not call recorded
 * - `start`: the first frame of a node does not begin with a snapshot, or one follows its end
 */
export type RecordingErrorCode =
  | 'empty'
  | 'too-long'
  | 'json'
  | 'version'
  | 'header'
  | 'frame'
  | 'order'
  | 'node'
  | 'start'

export interface RecordingError {
  readonly code: RecordingErrorCode
  /** Number of the line, from 1. */
  readonly line: number
  /** One line for people, without any text of the recording. */
  readonly message: string
}

export type RecordingResult =
  | { readonly kind: 'read'; readonly recording: Recording }
  | { readonly kind: 'refused'; readonly error: RecordingError }

/** Never throws. @param text - the whole file */
export function readRecording(text: string): RecordingResult {
  try {
    return { kind: 'read', recording: recordingOf(text) }
  } catch (thrown) {
    if (thrown instanceof Refused) return { kind: 'refused', error: thrown.error }
    throw thrown
  }
}

/** Ends the reading from within. */
class Refused extends Error {
  readonly error: RecordingError

  constructor(code: RecordingErrorCode, line: number, message: string) {
    super(message)
    this.error = { code, line, message }
  }
}

function recordingOf(text: string): Recording {
  if (text.length > MAX_RECORDING) {
    throw new Refused('too-long', 1, `expected at most ${MAX_RECORDING} characters`)
  }
  let header: RecordingHeader | undefined
  let sequence: FrameSequence | undefined
  const frames: RecordingFrame[] = []
  for (const { line, number } of linesOf(text)) {
    if (header === undefined || sequence === undefined) {
      header = headerOf(line, number)
      sequence = new FrameSequence(header)
      continue
    }
    if (frames.length === MAX_FRAMES) {
      throw new Refused('too-long', number, `expected at most ${MAX_FRAMES} frames`)
    }
    const frame = frameOf(line, number)
    sequence.check(frame, number)
    frames.push(frame)
  }
  if (header === undefined) throw new Refused('empty', 1, 'expected a header, got nothing')
  return { header, frames }
}

/** The lines that are not empty, one at a time, so that no copy of the whole text is made. */
function* linesOf(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let number = 0
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    number++
    if (end - start > MAX_LINE) {
      throw new Refused('too-long', number, `expected a line of at most ${MAX_LINE} characters`)
    }
    const line = text.slice(start, end).trim()
    if (line !== '') yield { line, number }
    start = end + 1
  }
}

function headerOf(line: string, number: number): RecordingHeader {
  const parsed = parse(line, number)
  const { format, version } = { ...(parsed as Partial<RecordingHeader> | null) }
  const header = v.safeParse(recordingHeaderSchema, parsed)
  if (header.success) return checkedHeader(header.output, number)
  if (format === 'dht-recording' && typeof version === 'number' && version !== 1) {
    throw new Refused('version', number, `expected version 1, got ${version}`)
  }
  throw new Refused('header', number, describe(header.issues))
}

function checkedHeader(header: RecordingHeader, number: number): RecordingHeader {
  const { nodes, faults, startAt, endAt } = header
  const isOfNodes = faults.every((fault) => fault.nodes.every((node) => node < nodes.length))
  if (!isOfNodes) throw new Refused('header', number, 'faults: expected nodes of the header')
  if (startAt > endAt) throw new Refused('header', number, 'endAt: expected it after startAt')
  return header
}

function frameOf(line: string, number: number): RecordingFrame {
  const result = v.safeParse(recordingFrameSchema, parse(line, number), { abortEarly: true })
  if (result.success) return result.output
  throw new Refused('frame', number, describe(result.issues))
}

function parse(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new Refused('json', number, 'expected JSON')
  }
}

/** Where the first fault is. Names of the format only: what the file says is not repeated. */
function describe([issue]: readonly v.BaseIssue<unknown>[]): string {
  const path = (issue?.path ?? []).map(({ key }) => String(key).slice(0, 40))
  const known = path.map((key) => (/^[a-zA-Z0-9-]+$/.test(key) ? key : '?'))
  const where = known.length > 0 ? known.join('.') : 'the line'
  return `${where}: not as the format demands`
}

/** Checks what concerns several lines. */
class FrameSequence {
  readonly #header: RecordingHeader
  readonly #state = new Map<number, 'begun' | 'ended'>()
  #at: number

  constructor(header: RecordingHeader) {
    this.#header = header
    this.#at = header.startAt
  }

  check({ at, node, messages }: RecordingFrame, line: number): void {
    const { nodes, endAt } = this.#header
    if (at < this.#at || at > endAt) {
      throw new Refused('order', line, `expected an instant from ${this.#at} to ${endAt}`)
    }
    this.#at = at
    if (nodes[node]?.isRecorded !== true) {
      throw new Refused('node', line, 'expected a node that the header calls recorded')
    }
    const isFirst = this.#state.get(node) !== 'begun'
    if (isFirst && messages[0]?.kind !== 'snapshot') {
      throw new Refused('start', line, 'expected a snapshot first')
    }
    const endsAt = messages.findIndex(({ kind }) => kind === 'end')
    if (endsAt >= 0 && endsAt < messages.length - 1) {
      throw new Refused('start', line, 'expected nothing after the end')
    }
    this.#state.set(node, endsAt < 0 ? 'begun' : 'ended')
  }
}
