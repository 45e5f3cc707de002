// A recording at one instant: the view of a chosen node, made from its frames up to then. Going
// forward applies the frames between; going back begins again at the node's first frame.

import type { Fault, Recording, RecordingFrame } from '../../src/recording/format.ts'
import { NodeView } from './node-view.ts'

export class Playback {
  readonly recording: Recording
  readonly #frames: ReadonlyMap<number, readonly RecordingFrame[]>
  /** By id. */
  readonly #adversaries: ReadonlyMap<string, string>
  #node: number
  #at: number
  #view: NodeView = new NodeView()
  /** Frames of the node that were applied. */
  #applied = 0
  /** How much the clock of the node is ahead of that of the recording, ms. */
  #ahead = 0

  constructor(recording: Recording) {
    this.recording = recording
    this.#frames = framesByNode(recording.frames)
    this.#adversaries = new Map(
      recording.header.nodes.flatMap(({ id, adversary }) => {
        return id === undefined || adversary === undefined ? [] : [[id, adversary] as const]
      }),
    )
    this.#node = this.recorded[0] ?? 0
    this.#at = recording.header.startAt
    this.#rebuild()
  }

  /** Which adversary a node is; undefined: it is honest, or not of this network. */
  adversaryOf(id: string): string | undefined {
    return this.#adversaries.get(id)
  }

  /** Places of the nodes that have frames, ascending. */
  get recorded(): readonly number[] {
    return [...this.#frames.keys()].sort((a, b) => a - b)
  }

  get node(): number {
    return this.#node
  }

  get at(): number {
    return this.#at
  }

  /** The instant that is shown, on the clock of the node. */
  get now(): number {
    return this.#at + this.#ahead
  }

  /** An instant of the node's clock on the clock of the recording. */
  toRecording(at: number): number {
    return at - this.#ahead
  }

  /** The same object until the node changes or time goes back. */
  get view(): NodeView {
    return this.#view
  }

  choose(node: number): void {
    if (node === this.#node) return
    this.#node = node
    this.#rebuild()
  }

  /** Goes to an instant; one outside the recording becomes its nearer end. */
  seek(at: number): void {
    const { startAt, endAt } = this.recording.header
    const former = this.#at
    this.#at = Math.min(endAt, Math.max(startAt, at))
    if (this.#at < former) this.#rebuild()
    else this.#advance()
  }

  #rebuild(): void {
    this.#view = new NodeView()
    this.#applied = 0
    this.#ahead = 0
    this.#advance()
  }

  #advance(): void {
    const frames = this.#frames.get(this.#node) ?? []
    for (let frame = frames[this.#applied]; frame !== undefined && frame.at <= this.#at; ) {
      for (const message of frame.messages) this.#view.apply(message)
      const last = frame.messages.at(-1)
      if (last !== undefined) this.#ahead = last.at - frame.at
      this.#applied++
      frame = frames[this.#applied]
    }
    this.#view.at = Math.max(this.#view.at, this.now)
  }
}

function framesByNode(frames: readonly RecordingFrame[]): Map<number, RecordingFrame[]> {
  const byNode = new Map<number, RecordingFrame[]>()
  for (const frame of frames) {
    const own = byNode.get(frame.node)
    if (own === undefined) byNode.set(frame.node, [frame])
    else own.push(frame)
  }
  return byNode
}

/** Whether a fault concerns a node. One without nodes concerns all. */
export function concerns({ nodes }: Fault, node: number): boolean {
  return nodes.length === 0 || nodes.includes(node)
}

/** The faults that have begun and not ended at an instant; one without an end lasts a moment. */
export function faultsAt(faults: readonly Fault[], at: number, momentMs: number): Fault[] {
  return faults.filter((fault) => fault.at <= at && at <= (fault.until ?? fault.at + momentMs))
}
