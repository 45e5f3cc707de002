// The live node: signs in with the token of the address, reads the stream, and sends requests. The
// browser connects the stream again by itself; the server then begins with a new snapshot.

import {
  type Batch,
  type DeleteRequest,
  type Done,
  type EnterRequest,
  type LookupReply,
  type LookupRequest,
  PROTOCOL_VERSION,
  type PutRequest,
  type Refusal,
  type SessionRequest,
} from '../../src/protocol.ts'
import { shownText } from '../model/shown-text.ts'
import { announced, connection, liveNodeView, received } from '../state/app-state.ts'

const NO_SESSION =
  'This page needs the address that `dht run --observatory` printed, with its token.'

/** A request that the server refused, or that did not reach it. */
export class RequestError extends Error {}

interface Requests {
  session: SessionRequest
  lookup: LookupRequest
  enter: EnterRequest
  delete: DeleteRequest
  put: PutRequest
}

interface Replies {
  session: undefined
  lookup: LookupReply
  enter: Done
  delete: Done
  put: Done
}

/** Signs in and opens the stream; the outcome is in `connection`. */
export async function connect(): Promise<void> {
  const token = /^#token=([\da-f]+)$/i.exec(location.hash)?.[1]
  try {
    if (token !== undefined) {
      // The token must not stay in the address bar and the history.
      history.replaceState(undefined, '', location.pathname)
      await send('session', { token })
    }
    openStream()
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error))
  }
}

/** @throws {RequestError} */
export async function send<K extends keyof Requests>(
  name: K,
  request: Requests[K],
): Promise<Replies[K]> {
  const response = await fetch(name, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  }).catch(() => {
    throw new RequestError('The node does not answer.')
  })
  if (!response.ok) throw new RequestError(await refusalOf(response))
  return (response.status === 204 ? undefined : await response.json()) as Replies[K]
}

async function refusalOf(response: Response): Promise<string> {
  const wait = response.headers.get('retry-after')
  const after = wait === null ? '' : ` Try again in ${shownText(wait, 10)} s.`
  const body = (await response.json().catch(() => undefined)) as Refusal | undefined
  const message = body?.error?.message
  const text = typeof message === 'string' ? shownText(message) : `status ${response.status}`
  return `Refused: ${text}.${after}`
}

function openStream(): void {
  const stream = new EventSource('stream')
  stream.onmessage = ({ data }: MessageEvent<string>) => {
    const batch = JSON.parse(data) as Batch
    for (const message of batch) {
      if (message.kind === 'welcome' && message.version !== PROTOCOL_VERSION) {
        stream.close()
        refuse('The node speaks another version than this page. Load the page again.')
        return
      }
      liveNodeView().apply(message)
    }
    if (connection.value.kind !== 'open') {
      connection.value = { kind: 'open' }
      announced.value = 'Connected to the node.'
    }
    received()
  }
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) {
      void explain()
    } else {
      connection.value = { kind: 'lost' }
      announced.value = 'The connection is lost. Connecting again.'
    }
  }
}

/** An event source does not tell why it was refused, so ask the same without one. */
async function explain(): Promise<void> {
  const abort = new AbortController()
  try {
    const response = await fetch('stream', { signal: abort.signal })
    if (response.status === 401) refuse(NO_SESSION)
    else refuse(response.ok ? 'The stream was closed.' : await refusalOf(response))
  } catch {
    refuse('The node does not answer. It may have been stopped.')
  } finally {
    abort.abort()
  }
}

function refuse(text: string): void {
  connection.value = { kind: 'refused', text }
  announced.value = text
}
