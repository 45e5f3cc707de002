// Fetches the content of an identity from one endpoint into a file. The endpoint is a stranger's:
// it may be silent, slow, endless or lying, and each of these ends as a refusal to try the next
// one. Only bytes whose SHA-256 is the identity are ever reported as had.

import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Id, idFromBytes, idsEqual, idToHex } from '@dht/id'
import { type Endpoint, formatEndpoint } from '@dht/krpc'
import prettyBytes from 'pretty-bytes'

export interface DownloadLimits {
  /** Most bytes taken from one endpoint. */
  readonly maxBytes: number
  /** Silence after which an endpoint is given up, ms. */
  readonly silenceMs: number
  /** Longest time spent with one endpoint, ms. */
  readonly totalMs: number
}

export const DOWNLOAD_DEFAULTS: DownloadLimits = Object.freeze({
  /** Ours: fits a film, not a whole disk. */
  maxBytes: 16 * 2 ** 30,
  /** Ours: an HTTP server that lives says something within that time. */
  silenceMs: 10_000,
  /** Ours: 16 GiB at 4.5 MiB/s. */
  totalMs: 60 * 60_000,
})

export type Download =
  | { readonly kind: 'verified'; readonly bytes: number; readonly durationMs: number }
  | { readonly kind: 'refused'; readonly reason: string }

export interface DownloadTask {
  readonly identity: Id
  /** Where the bytes go; overwritten. Flushed to the disk when this resolves. */
  readonly path: string
  readonly limits: DownloadLimits
  readonly stop: AbortSignal
  /** Told how many bytes have come; `of` is what the endpoint has announced, if anything. */
  readonly came?: (bytes: number, of: number | undefined) => void
}

/** The other side's fault, as opposed to the disk's or the user's. */
class PeerFault extends Error {}

/** The address under which an endpoint serves an identity. */
export function urlOf(from: Endpoint, identity: Id): string {
  return `http://${formatEndpoint(from)}/${idToHex(identity)}`
}

/** @throws the user's operation to stop, or the system's error when the file can't be written */
export async function download(from: Endpoint, task: DownloadTask): Promise<Download> {
  const { identity, limits, path, stop } = task
  const startedAt = performance.now()
  const signal = AbortSignal.any([stop, AbortSignal.timeout(limits.totalMs)])
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const response = await ask(urlOf(from, identity), limits, signal)
    const of = checkHead(response, limits)
    const counted = (chunk: Uint8Array): void => {
      bytes += chunk.length
      if (bytes > limits.maxBytes) throw new PeerFault(`more than ${prettyBytes(limits.maxBytes)}`)
      task.came?.(bytes, of)
    }
    await pipeline(
      received(response, { hash, counted }),
      createWriteStream(path, { flush: true }),
      { signal },
    )
  } catch (error) {
    stop.throwIfAborted()
    if (signal.aborted) return refused(`not done in ${limits.totalMs / 1_000} s`)
    if (error instanceof PeerFault) return refused(error.message)
    throw error
  }
  if (!idsEqual(idFromBytes(hash.digest()), identity)) {
    return refused(`what it sent (${prettyBytes(bytes)}) has another SHA-256`)
  }
  return { kind: 'verified', bytes, durationMs: performance.now() - startedAt }
}

interface Destroyable {
  destroy(error: Error): unknown
}

/** One connection for one request, no redirects, no compression. */
async function ask(
  url: string,
  { silenceMs }: DownloadLimits,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = get(url, { agent: false, timeout: silenceMs, signal })
  // After the head, errors reach us through the response's stream.
  request.on('error', () => {})
  let speaking: Destroyable = request
  request.on('timeout', () => {
    speaking.destroy(new PeerFault(`silent for ${silenceMs / 1_000} s`))
  })
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    speaking = response
    return response
  } catch (error) {
    throw asPeerFault(error)
  }
}

/** @returns the length announced */
function checkHead(response: IncomingMessage, { maxBytes }: DownloadLimits): number | undefined {
  const { statusCode, headers } = response
  const length = headers['content-length']
  const of = length === undefined ? undefined : Number(length)
  const isTooLong = of !== undefined && of > maxBytes
  if (statusCode === 200 && !isTooLong) return of
  response.destroy()
  throw new PeerFault(isTooLong ? `more than ${prettyBytes(maxBytes)}` : `HTTP ${statusCode}`)
}

async function* received(
  response: IncomingMessage,
  { hash, counted }: { readonly hash: Hash; readonly counted: (chunk: Uint8Array) => void },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response) {
      counted(chunk)
      hash.update(chunk)
      yield chunk
    }
  } catch (error) {
    throw asPeerFault(error)
  }
}

function asPeerFault(error: unknown): PeerFault {
  if (error instanceof PeerFault) return error
  return new PeerFault(error instanceof Error ? error.message : String(error))
}

function refused(reason: string): Download {
  return { kind: 'refused', reason }
}
