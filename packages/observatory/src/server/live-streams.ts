// The streams of the observers, as server-sent events. Each gets the same batches. A stream whose
// reader is too slow is ended: the page connects again and begins with a snapshot.

import type { ServerResponse } from 'node:http'
import type { Batch } from '../protocol.ts'

/** Most streams at once: ours. */
export const MAX_STREAMS = 8

/** Most bytes that may wait for a reader: ours, several snapshots of 5,000 contacts. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** Longest time for which a reader may not keep up, ms: ours. */
const MAX_BEHIND_MS = 10_000

/** A comment after this time shows both sides that the other is there, ms: ours. */
const KEEP_ALIVE_MS = 15_000

interface Stream {
  readonly response: ServerResponse
  /** Whether it has had its snapshot. */
  isBegun: boolean
  /** Since when it has not taken everything, ms. */
  behindSince: number | undefined
  writtenAt: number
}

export class LiveStreams {
  readonly #streams = new Set<Stream>()
  readonly #onChange: () => void

  /** @param onChange - a stream was added or has ended */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get size(): number {
    return this.#streams.size
  }

  get isFull(): boolean {
    return this.#streams.size >= MAX_STREAMS
  }

  /** Whether a stream waits for its snapshot. */
  get hasNew(): boolean {
    return [...this.#streams].some(({ isBegun }) => !isBegun)
  }

  add(response: ServerResponse, now: number): void {
    const stream: Stream = { response, isBegun: false, behindSince: undefined, writtenAt: now }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.flushHeaders()
    response.on('close', () => {
      this.#streams.delete(stream)
      this.#onChange()
    })
    response.on('drain', () => {
      stream.behindSince = undefined
    })
    this.#streams.add(stream)
    this.#onChange()
  }

  /** Gives a batch to all streams that have begun. */
  send(batch: Batch, now: number): void {
    const text = batch.length > 0 ? textOf(batch) : undefined
    for (const stream of this.#streams) {
      if (!stream.isBegun) continue
      if (text !== undefined) write(stream, text, now)
      else if (now - stream.writtenAt >= KEEP_ALIVE_MS) write(stream, ':\n\n', now)
    }
  }

  /** Begins the streams that are new. */
  begin(batch: Batch, now: number): void {
    const text = textOf(batch)
    for (const stream of this.#streams) {
      if (stream.isBegun) continue
      stream.isBegun = true
      write(stream, text, now)
    }
  }

  /** Ends those whose readers are too slow. */
  dropSlow(now: number): void {
    for (const { response, behindSince } of this.#streams) {
      const isLate = behindSince !== undefined && now - behindSince > MAX_BEHIND_MS
      if (isLate || response.writableLength > MAX_WAITING_BYTES) response.destroy()
    }
  }

  end(): void {
    for (const { response } of this.#streams) response.end()
  }
}

function textOf(batch: Batch): string {
  return `data: ${JSON.stringify(batch)}\n\n`
}

function write(stream: Stream, text: string, now: number): void {
  stream.writtenAt = now
  if (!stream.response.write(text)) stream.behindSince ??= now
}
