// A device that announces nodes that are not there, and garbage, by multicast DNS.

import { randomBytes } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import makeMdns from 'multicast-dns'
import { serve } from '../process/serve.ts'

const TYPE = '_dht-node._udp.local'
/** Announcements between two pauses. */
const BURST = 20

interface Kind {
  readonly network: string
  readonly text?: readonly Buffer[]
  readonly port?: number
  readonly address?: string
  /** The port that the datagrams come from. */
  readonly from?: number
}

/** @returns how many announcements were sent */
async function announce(order: {
  readonly kind: Kind
  readonly count: number
  readonly own: string
}): Promise<number> {
  const { kind, count, own } = order
  const port = kind.from ?? 5353
  const mdns = makeMdns({ port, interface: own, bind: '0.0.0.0' })
  await new Promise<void>((resolve) => mdns.on('ready', () => resolve()))
  for (let at = 0; at < count; at++) {
    await new Promise((resolve) => mdns.respond(records(kind, at), { port: 5353 }, resolve))
    if (at % BURST === 0) await after(1)
  }
  await new Promise<void>((resolve) => mdns.destroy(() => resolve()))
  return count
}

function records(kind: Kind, at: number) {
  const name = `n${at}.${TYPE}`
  const host = `n${at}.local`
  const garbage = [randomBytes(200), randomBytes(1), Buffer.from('network='), Buffer.from('=x')]
  const text = kind.network === '' ? garbage : [Buffer.from(`network=${kind.network}`)]
  return {
    answers: [
      { name: TYPE, type: 'PTR' as const, ttl: 120, data: name },
      {
        name,
        type: 'SRV' as const,
        ttl: 120,
        data: { port: kind.port ?? 10_000 + at, target: host },
      },
      { name, type: 'TXT' as const, ttl: 120, data: text },
      { name: host, type: 'A' as const, ttl: 120, data: kind.address ?? '127.0.0.1' },
    ],
  }
}

serve({ announce })
