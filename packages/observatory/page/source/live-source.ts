// The node of the program: signs in with the token of the address, and reads the stream. The
// browser connects the stream again by itself; the server then begins with a new snapshot.

import { type Batch, PROTOCOL_VERSION } from '../../src/protocol.ts'
import { announced, connection, received, views } from '../state/app-state.ts'
import { post, refusalOf } from './server.ts'

const NO_SESSION =
  'This page needs the address that `dht run --observatory` printed, with its token.'

/** Signs in and opens the stream; the outcome is in `connection`. */
export async function connect(): Promise<void> {
  const token = /^#token=([\da-f]+)$/i.exec(location.hash)?.[1]
  try {
    if (token !== undefined) {
      // The token must not stay in the address bar and the history.
      history.replaceState(undefined, '', location.pathname)
      await post('session', { token })
    }
    openStream()
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error))
  }
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
      views.program.apply(message)
    }
    if (connection.value.kind !== 'open') {
      connection.value = { kind: 'open' }
      announced.value = 'Connected to the node.'
    }
    received('program')
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
