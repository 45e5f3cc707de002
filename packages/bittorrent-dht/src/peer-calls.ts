// The calls that concern the peers of a torrent: looking them up, and announcing this one.

import type { DhtNode, OnEndpoint } from '@dht/node'
import { fromHex, hexOf } from './bytes.ts'
import { callError, later, writeError } from './call-errors.ts'
import type { From, Peer } from './client-events.ts'
import type { Session } from './session.ts'

/** Hears of the end of a call; `count`: of nodes that responded to it or accepted it. */
export type CountCallback = (error: Error | null, count?: number) => void

/** What the calls need of the client. */
export interface PeerParts {
  readonly session: Session
  found(peer: Peer, infoHash: Buffer, from: From | null): void
  announced(peer: Peer, infoHash: Buffer, from: Peer): void
}

/** @returns ends the lookup; its callback then gets 0 */
export function lookUp(
  parts: PeerParts,
  infoHash: Buffer,
  callback: CountCallback | undefined,
): () => void {
  const done = later(callback)
  const abort = new AbortController()
  const failed = (cause: unknown): void =>
    abort.signal.aborted ? done(null, 0) : done(callError(cause))
  const run = (node: DhtNode): void => {
    const onFound = peerTeller(parts, infoHash)
    node
      .getPeers(hexOf(infoHash), { mode: 'all', onFound, signal: abort.signal })
      .then(({ tally }) => done(null, tally.responded), failed)
  }
  parts.session.run({ run, failed })
  return () => abort.abort()
}

/** What is announced. */
export interface PeerAnnouncement {
  readonly infoHash: Buffer
  /** 0: the UDP port, as other nodes see it. */
  readonly port: number
  /** The address under which this node keeps it, too; undefined: it does not. */
  readonly host: string | undefined
}

export function announce(
  parts: PeerParts,
  announcement: PeerAnnouncement,
  callback: CountCallback | undefined,
): void {
  const done = later(callback)
  const failed = (cause: unknown): void => done(callError(cause), 0)
  const { infoHash, port } = announcement
  const run = (node: DhtNode): void => {
    try {
      keepOwn(node, announcement, parts)
      node
        .announceOnce(hexOf(infoHash), {
          ...(port === 0 ? { impliedPort: true } : { port }),
          onFound: peerTeller(parts, infoHash),
        })
        .then((report) => done(writeError(report), report.accepted.length), failed)
    } catch (cause) {
      failed(cause)
    }
  }
  parts.session.run({ run, failed })
}

function keepOwn(
  node: DhtNode,
  { infoHash, port, host }: PeerAnnouncement,
  parts: PeerParts,
): void {
  if (host === undefined) return
  const udpPort = node.endpoints[0]?.port ?? 0
  const peer = { host, port: port === 0 ? udpPort : port }
  node.keepPeer(hexOf(infoHash), { address: host, port: peer.port })
  parts.announced(peer, infoHash, { host, port: udpPort })
}

function peerTeller(parts: PeerParts, infoHash: Buffer): OnEndpoint {
  return ({ address, port }, from) => {
    const node = from && {
      id: fromHex(from.id),
      address: from.address,
      host: from.address,
      family: `IPv${from.family}` as const,
      port: from.port,
    }
    parts.found({ host: address, port }, infoHash, node ?? null)
  }
}
