// What it costs a node that somebody watches it: CPU time of the node with a page open, above that
// of the same node while its page is served and nobody has opened it.

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import type { ObservedCost, ObservedInit, ObservedPage, ObservedRequest } from './protocol.ts'

const INIT: ObservedInit = { contacts: 5_000, perSecond: 200 }
const MEASURE_MS = 15_000
/** Until the table is full, and after the first snapshot. */
const SETTLE_MS = 5_000

export async function benchObserver(progress: Progress): Promise<Figure[]> {
  progress.tell(`observer: a node with ${INIT.contacts} contacts`)
  const child = await Child.start<ObservedRequest>('observer/observed', { init: INIT })
  await pause(SETTLE_MS)
  const request = { kind: 'measure', ms: MEASURE_MS } as const
  const before = await child.ask<ObservedCost>(request)
  const { url } = await child.ask<ObservedPage>({ kind: 'open' })
  const idle = await child.ask<ObservedCost>(request)
  const stream = await openStream(new URL(url))
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  await pause(SETTLE_MS)
  bytes = 0
  const attached = await child.ask<ObservedCost>(request)
  const kibPerSecond = (bytes / 1_024 / MEASURE_MS) * 1_000
  stream.destroy()
  await child.end()
  return [
    {
      goal: '-',
      what: 'observer: CPU time of a page that is open, share of one processor',
      value: (attached.share - idle.share) * 100,
      unit: '%',
      details: {
        contacts: attached.contacts,
        'events/s': INIT.perSecond,
        'without page %': before.share * 100,
        'page closed %': idle.share * 100,
        'page open %': attached.share * 100,
        'KiB/s': kibPerSecond,
      },
    },
  ]
}

async function openStream(url: URL): Promise<IncomingMessage> {
  const token = new URLSearchParams(url.hash.slice(1)).get('token')
  const session = await fetch(new URL('/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url.origin },
    body: JSON.stringify({ token }),
  })
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const request = get(new URL('/stream', url), { headers: { cookie } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`the stream: ${response.statusCode}`)
  return response
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
