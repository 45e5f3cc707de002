// Posts to HTTP servers of its host, for this program, which is on no host.

import { setTimeout as after } from 'node:timers/promises'
import { serve } from '../process/serve.ts'

/** Number of attempts, because a server may not listen yet. */
const ATTEMPTS = 50
/** Time between two attempts, ms. */
const PAUSE_MS = 100

interface Post {
  readonly url: string
  readonly body: object
  /** A header that the server wants back, with the value that it gives in its refusal. */
  readonly sessionHeader: string
}

async function post({ url, body, sessionHeader }: Post): Promise<string> {
  let session = ''
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { [sessionHeader]: session },
      body: JSON.stringify(body),
    }).catch(() => undefined)
    if (response?.ok) return response.text()
    session = response?.headers.get(sessionHeader) ?? session
    await after(PAUSE_MS)
  }
  throw new Error(`${url} does not respond`)
}

serve({ post })
