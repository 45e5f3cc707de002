// Endpoints are hints given by strangers. They are tried one after the other until one of them
// gives the bytes of the identity; what the others did is kept for the user.

import type { Endpoint } from '@dht/krpc'
import { type DownloadTask, download } from './download.ts'

export interface Fetched {
  readonly kind: 'fetched'
  readonly from: Endpoint
  readonly bytes: number
  readonly durationMs: number
}

export interface Disappointment {
  readonly from: Endpoint
  readonly reason: string
}

/** Endpoints tried for one identity: ours; past so many lies there is little hope. */
export const MAX_ENDPOINTS_TRIED = 64

/** @param endpoints - may still be being found; no more than one is tried at a time */
export async function downloadFromAny(
  endpoints: AsyncIterable<Endpoint> | Iterable<Endpoint>,
  task: DownloadTask & { readonly refused?: (disappointment: Disappointment) => void },
): Promise<Fetched | { readonly kind: 'none'; readonly tried: number }> {
  let tried = 0
  for await (const from of endpoints) {
    tried++
    const result = await download(from, task)
    if (result.kind === 'verified') return { ...result, kind: 'fetched', from }
    task.refused?.({ from, reason: result.reason })
    if (tried === MAX_ENDPOINTS_TRIED) break
  }
  return { kind: 'none', tried }
}
