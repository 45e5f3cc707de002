// What others stored here, and what this node announces: rounds, and who holds it.

import type { VNode } from 'preact'
import type { Announcement, Peer, Round, StoreStatus } from '../../src/protocol.ts'
import { distanceBits } from '../model/distance-bits.ts'
import { shownText } from '../model/shown-text.ts'
import { agoText, bytesText, countText, shortId, spanText } from '../model/words.ts'
import { isLive, pulse, shownNow, shownView } from '../state/app-state.ts'
import { StateMark } from './glyphs.tsx'
import { Writes } from './writes.tsx'

export function StoredTab(): VNode {
  pulse.value
  const { status, capabilities } = shownView()
  if (status === undefined) return <p class="empty">Nothing is known yet.</p>
  const { store, announcements, announcementCount } = status
  return (
    <div class="stored-tab">
      <section class="card" aria-label="Announcements">
        <div class="card-head">
          <h2>Announced by this node</h2>
          <span class="muted">{announcementCount}</span>
        </div>
        {isLive.value && capabilities?.write === true && <Writes items={capabilities.items} />}
        {announcements.length === 0 ? (
          <p class="empty">This node announces nothing.</p>
        ) : (
          announcements.map((each) => (
            <AnnouncementCard key={each.id + each.port} announcement={each} />
          ))
        )}
        {announcementCount > announcements.length && (
          <p class="muted">{announcementCount - announcements.length} more are not listed</p>
        )}
      </section>
      <div class="stack">
        <StoredPeers store={store} />
        <StoredItems store={store} />
      </div>
    </div>
  )
}

function AnnouncementCard({ announcement }: { announcement: Announcement }): VNode {
  const { id, port, impliedPort, seed, dueAt, isPublishing, last, holders } = announcement
  const now = shownNow()
  const next = dueAt <= now ? 'due now' : `next round in ${spanText(dueAt - now)}`
  return (
    <article class="announcement">
      <h3>
        <span class="mono" title={id}>
          {shortId(id)}…
        </span>{' '}
        <span class="muted">
          {impliedPort ? 'at the port of the node' : `port ${port}`}
          {seed && ', as a seed'}
        </span>
      </h3>
      <p>
        {isPublishing ? <b class="running">publishing</b> : next}
        {last !== undefined && (
          <span class="muted">
            , last round {agoText(last.startedAt, now)}, took {spanText(last.durationMs)}
            {!last.complete && ', incomplete'}
          </span>
        )}
      </p>
      <Holders target={id} holders={holders} last={last} />
    </article>
  )
}

interface HolderRow {
  readonly peer: Peer
  readonly outcome: 'accepted' | 'refused' | 'unreachable' | 'earlier'
  readonly text?: string
}

const OUTCOME_WORDS: Readonly<Record<HolderRow['outcome'], string>> = {
  accepted: 'stored it',
  refused: 'refused',
  unreachable: 'not reached',
  earlier: 'stored it in an earlier round',
}

/** The nodes of the last round by what they did, then those that still hold an earlier one. */
function holderRows(holders: readonly Peer[], last: Round | undefined): HolderRow[] {
  const rows: HolderRow[] = [
    ...(last?.accepted ?? []).map((peer) => ({ peer, outcome: 'accepted' as const })),
    ...(last?.refused ?? []).map((peer) => ({
      peer,
      outcome: 'refused' as const,
      text: `${peer.code} ${peer.text}`,
    })),
    ...(last?.unreachable ?? []).map((peer) => ({ peer, outcome: 'unreachable' as const })),
  ]
  const known = new Set(rows.map(({ peer }) => peer.endpoint))
  const earlier = holders.filter(({ endpoint }) => !known.has(endpoint))
  return [...rows, ...earlier.map((peer) => ({ peer, outcome: 'earlier' as const }))]
}

const OUTCOME_STATES = {
  accepted: 'good',
  earlier: 'questionable',
  refused: 'bad',
  unreachable: 'bad',
} as const

function Holders({
  target,
  holders,
  last,
}: {
  target: string
  holders: readonly Peer[]
  last: Round | undefined
}): VNode {
  const rows = holderRows(holders, last)
  if (rows.length === 0) return <p class="muted">No node holds it yet.</p>
  rows.sort((a, b) => distanceBits(a.peer.id, target) - distanceBits(b.peer.id, target))
  return (
    <div class="scroll-x">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">holder</th>
            <th scope="col">endpoint</th>
            <th scope="col">distance (log₂)</th>
            <th scope="col">last round</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ peer, outcome, text }) => (
            <tr key={`${peer.id}@${peer.endpoint}`}>
              <td class="mono" title={peer.id}>
                {shortId(peer.id)}
              </td>
              <td class="mono">{shownText(peer.endpoint)}</td>
              <td class="number">{distanceBits(peer.id, target).toFixed(1)}</td>
              <td>
                <StateMark state={OUTCOME_STATES[outcome]} /> {OUTCOME_WORDS[outcome]}
                {text !== undefined && `: ${shownText(text)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function StoredPeers({ store }: { store: StoreStatus }): VNode {
  const { listed, keys, peers } = store
  const most = Math.max(1, ...listed.map((each) => each.peers))
  return (
    <section class="card" aria-label="Stored endpoints">
      <div class="card-head">
        <h2>Stored for others</h2>
        <span class="muted">
          {countText(peers, 'endpoint')} under {countText(keys, 'identity', 'identities')}
        </span>
      </div>
      {listed.length === 0 ? (
        <p class="empty">Nothing is stored.</p>
      ) : (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">identity</th>
              <th scope="col">endpoints</th>
              <th scope="col">
                <span class="unseen">as a bar</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map((each) => (
              <tr key={each.id}>
                <td class="mono" title={each.id}>
                  {each.id.slice(0, 16)}…
                </td>
                <td class="number">{each.peers}</td>
                <td class="bar-cell">
                  <i style={{ width: `${(100 * each.peers) / most}%` }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function StoredItems({ store }: { store: StoreStatus }): VNode | null {
  const { items, itemBytes, listedItems } = store
  if (items === 0) return null
  return (
    <section class="card" aria-label="Stored items">
      <div class="card-head">
        <h2>Items</h2>
        <span class="muted">
          {countText(items, 'item')}, {bytesText(itemBytes)}
        </span>
      </div>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">target</th>
            <th scope="col">size</th>
            <th scope="col">version</th>
          </tr>
        </thead>
        <tbody>
          {listedItems.map(({ id, bytes, seq }) => (
            <tr key={id}>
              <td class="mono" title={id}>
                {id.slice(0, 16)}…
              </td>
              <td class="number">{bytesText(bytes)}</td>
              <td>{seq === undefined ? 'immutable' : shownText(seq, 30)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
