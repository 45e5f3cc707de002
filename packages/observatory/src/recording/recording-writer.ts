// Collects the frames of a recording, as text and in bounds. The header stands first and says how
// the recording ends, so nothing can be written before the end.

import { cleanText } from '../messages/clean-text.ts'
import {
  type Fault,
  MAX_FAULTS,
  MAX_FRAMES,
  MAX_NODES,
  MAX_RECORDING,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordedMessage,
  type RecordedNode,
  type RecordingHeader,
} from './format.ts'

/** What is known when a recording begins. */
export interface RecordingStart
  extends Pick<RecordingHeader, 'source' | 'network' | 'idBits' | 'startAt'> {
  readonly seed?: string
  /** Most frames; default and upper bound `MAX_FRAMES`. */
  readonly maxFrames?: number
  /** Most characters of all frames; default half of `MAX_RECORDING`, which is the upper bound. */
  readonly maxCharacters?: number
}

export class RecordingWriter {
  readonly #start: RecordingStart
  readonly #maxFrames: number
  readonly #maxCharacters: number
  readonly #lines: string[] = []
  readonly #faults: Fault[] = []
  #characters = 0
  #endAt: number
  #isCut = false

  constructor(start: RecordingStart) {
    this.#start = start
    this.#maxFrames = Math.min(start.maxFrames ?? MAX_FRAMES, MAX_FRAMES)
    // What is left is for the header, whose lists are bounded.
    const most = MAX_RECORDING / 2
    this.#maxCharacters = Math.min(start.maxCharacters ?? most, most)
    this.#endAt = start.startAt
  }

  /** Whether a bound was reached: no further frame is taken. */
  get isCut(): boolean {
    return this.#isCut
  }

  /**
   * Adds a frame, which must not be earlier than the one before it. The first one of a node must
   * begin with a snapshot. One without messages is left out.
   *
   * @returns whether it was added
   */
  frame(node: number, messages: readonly RecordedMessage[], at: number): boolean {
    if (this.#isCut || messages.length === 0) return false
    const line = JSON.stringify({ at, node, messages })
    const characters = this.#characters + line.length + 1
    if (this.#lines.length === this.#maxFrames || characters > this.#maxCharacters) {
      this.#isCut = true
      return false
    }
    this.#lines.push(line)
    this.#characters = characters
    this.#endAt = at
    return true
  }

  /** Adds what was done to the network. After `MAX_FAULTS` it is left out. */
  fault(fault: Fault): void {
    if (this.#faults.length === MAX_FAULTS) return
    this.#faults.push({ ...fault, kind: cleanText(fault.kind), text: cleanText(fault.text) })
  }

  /**
   * The lines of the recording, each with its line feed.
   *
   * @param nodes - all nodes, `MAX_NODES` at most: further ones are left out
   */
  *lines(nodes: readonly RecordedNode[], endAt: number): Generator<string> {
    const { source, seed, network, idBits, startAt } = this.#start
    const header: RecordingHeader = {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      source: cleanText(source),
      ...(seed !== undefined && { seed: cleanText(seed) }),
      network,
      idBits,
      startAt,
      endAt: Math.max(endAt, this.#endAt),
      nodes: nodes.slice(0, MAX_NODES),
      faults: this.#faults.toSorted((a, b) => a.at - b.at),
      isCut: this.#isCut,
    }
    yield `${JSON.stringify(header)}\n`
    for (const line of this.#lines) yield `${line}\n`
  }
}
