// The format of a recording: text in UTF-8, one JSON document a line. The first line is the header,
// every further line a frame of one node, ascending in time. A node's first frame begins with a
// `snapshot`. Instants of frames and faults are of the network's one clock. Those in messages are
// of the node's own, which may run differently. A recording comes from anybody: read it with
// `readRecording`, which checks all of it.

import type { Message, Welcome } from '../protocol.ts'

export const RECORDING_FORMAT = 'dht-recording'
export const RECORDING_VERSION = 1

/** Most characters of a whole recording, and of one line. */
export const MAX_RECORDING: number = 128 * 1024 * 1024
export const MAX_LINE: number = 16 * 1024 * 1024

/** Most nodes in a header, whether they have frames or not. */
export const MAX_NODES = 20_000

/** Most frames of all nodes. */
export const MAX_FRAMES = 200_000

/** Most faults in a header. */
export const MAX_FAULTS = 10_000

export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT
  readonly version: typeof RECORDING_VERSION
  /** What wrote it, such as `dht-sim quick`. */
  readonly source: string
  /** Repeats the run. */
  readonly seed?: string
  readonly network: string
  readonly idBits: number
  /** The instants of the first and the last frame, ms of the recording's one clock. */
  readonly startAt: number
  readonly endAt: number
  /** All nodes of the network. A frame names its node by the place in this list. */
  readonly nodes: readonly RecordedNode[]
  /** What was done to the network and its nodes, ascending by `at`. */
  readonly faults: readonly Fault[]
  /** Whether frames are missing at the end, because a bound of the writer was reached. */
  readonly isCut: boolean
}

export interface RecordedNode {
  /** For people, such as the address of its host. */
  readonly name: string
  /** Its id at the end; absent for a node without one. */
  readonly id?: string
  readonly endpoint: string
  /** Which adversary it is, such as `sybil`; absent: it is honest. */
  readonly adversary?: string
  /** Whether the recording has frames of it. */
  readonly isRecorded: boolean
}

export interface Fault {
  readonly at: number
  /** When it ended, if it lasted and has ended. */
  readonly until?: number
  /** Such as `crash`, `restart`, `stop`, `partition`, `invariant`. */
  readonly kind: string
  /** For people. */
  readonly text: string
  /** The nodes that it concerns; empty: all of them. */
  readonly nodes: readonly number[]
}

/** What one node tells at one instant. */
export interface RecordingFrame {
  readonly at: number
  /** Place in the header's list. */
  readonly node: number
  readonly messages: readonly RecordedMessage[]
}

export type RecordedMessage = Exclude<Message, Welcome>

export interface Recording {
  readonly header: RecordingHeader
  readonly frames: readonly RecordingFrame[]
}
