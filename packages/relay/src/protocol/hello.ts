// Text messages of the protocol, JSON: a client begins with a hello, the relay answers with a
// welcome, and says from time to time that it is alive. Reading never throws.

import { type Endpoint, endpoint, type Family } from '@dht/krpc'

/** The first message of a client. */
export interface Hello {
  /** The name of the network: `dht256` or `mainline`. */
  readonly network: string
  readonly family: Family
  readonly secret?: string
}

/** The answer to a hello. */
export interface Welcome {
  /** The UDP endpoint that the client now has. */
  readonly local: Endpoint
  /** Time between two signs of life of the relay, ms. */
  readonly aliveEveryMs: number
}

export const ALIVE = '{"alive":true}'

/** Longest time between signs of life: an hour. A longer timer could ring at once. */
const MOST_MS = 3_600_000

/** Longest text that is read. */
const MAX_TEXT = 1_024

export function writeHello(hello: Hello): string {
  return JSON.stringify({ hello })
}

export function readHello(text: string): Hello | undefined {
  const { network, family, secret } = recordIn(text, 'hello')
  if (typeof network !== 'string' || (family !== 4 && family !== 6)) return undefined
  if (secret === undefined) return { network, family }
  return typeof secret === 'string' ? { network, family, secret } : undefined
}

export function writeWelcome({ local: { address, port }, aliveEveryMs }: Welcome): string {
  return JSON.stringify({ welcome: { address, port, aliveEveryMs } })
}

export function readWelcome(text: string): Welcome | undefined {
  const { address, port, aliveEveryMs } = recordIn(text, 'welcome')
  const isSpan = typeof aliveEveryMs === 'number' && aliveEveryMs >= 1
  if (!isSpan || aliveEveryMs > MOST_MS) return undefined
  try {
    return { local: endpoint(address as string, port as number), aliveEveryMs }
  } catch {
    return undefined
  }
}

/** The object under `name`, empty where the text has none. */
function recordIn(text: string, name: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_TEXT) return {}
  try {
    const found: unknown = JSON.parse(text)?.[name]
    return typeof found === 'object' && found !== null ? { ...found } : {}
  } catch {
    return {}
  }
}
