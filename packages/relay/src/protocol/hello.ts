// Text messages of the protocol, JSON: a client begins with a hello, the relay answers with a
// welcome, and says from time to time that it is alive. Reading never throws.

import { type Endpoint, endpoint, type Family, formatEndpoint, parseEndpoint } from '@dht/krpc'

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
  /** Nodes that the client may begin with, {@link MAX_NODES} at most. */
  readonly nodes: readonly Endpoint[]
}

/** Nodes in a welcome: ours; half of what a node believes of one source in a minute. */
export const MAX_NODES = 16

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

export function writeWelcome({ local, aliveEveryMs, nodes }: Welcome): string {
  const { address, port } = local
  const welcome = { address, port, aliveEveryMs, nodes: nodes.map(formatEndpoint) }
  return JSON.stringify({ welcome })
}

export function readWelcome(text: string): Welcome | undefined {
  const { address, port, aliveEveryMs, nodes } = recordIn(text, 'welcome')
  const isSpan = typeof aliveEveryMs === 'number' && aliveEveryMs >= 1
  if (!isSpan || aliveEveryMs > MOST_MS) return undefined
  try {
    const local = endpoint(address as string, port as number)
    return { local, aliveEveryMs, nodes: endpointsOf(nodes).filter(isOf(local.family)) }
  } catch {
    return undefined
  }
}

/** What is no endpoint is left out. */
function endpointsOf(texts: unknown): Endpoint[] {
  if (!Array.isArray(texts)) return []
  return texts.slice(0, MAX_NODES).flatMap((text) => {
    try {
      return [parseEndpoint(text)]
    } catch {
      return []
    }
  })
}

function isOf(family: Family): (at: Endpoint) => boolean {
  return (at) => at.family === family
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
