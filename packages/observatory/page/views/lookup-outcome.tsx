// What a lookup came to: the nearest nodes, and the endpoints if this page has asked for it.

import type { VNode } from 'preact'
import type { LookupResultMessage, Peer } from '../../src/protocol.ts'
import { distanceBits, sharedBits } from '../model/distance-bits.ts'
import type { LookupView } from '../model/lookup-view.ts'
import { shownText } from '../model/shown-text.ts'
import { countText } from '../model/words.ts'
import { shownView } from '../state/app-state.ts'

const MOST_ENDPOINTS = 200

const REASONS: Readonly<Record<string, string>> = {
  late: 'it ended before all of the nearest nodes had responded or failed',
  deadline: 'it took too long',
  'too-many-queries': 'too many queries were open',
  'no-response': 'no node responded',
  'rate-limited': 'a query could not be sent in time, because of the limit for each host',
}

export function LookupOutcome({ view }: { view: LookupView }): VNode | null {
  if (view.endedAt === undefined) return null
  const result = resultOf(view)
  return (
    <section class="card outcome" aria-label="Outcome">
      <div class="card-head">
        <h2>Nearest nodes at the end</h2>
      </div>
      {view.incompleteReasons.length > 0 && (
        <p class="notice">
          Incomplete:{' '}
          {view.incompleteReasons
            .map((reason) => (Object.hasOwn(REASONS, reason) ? REASONS[reason] : shownText(reason)))
            .join('; ')}
          .
        </p>
      )}
      {view.closest.length === 0 ? (
        <p class="empty">None.</p>
      ) : (
        <Nearest closest={view.closest} target={view.lookup.target} />
      )}
      {result !== undefined && <Endpoints result={result} />}
    </section>
  )
}

/** The result that belongs to this lookup: the latest one for its target. */
function resultOf({ lookup }: LookupView): LookupResultMessage | undefined {
  if (lookup.purpose !== 'user') return undefined
  return [...shownView().results.values()].findLast(({ target }) => target === lookup.target)
}

function Nearest({ closest, target }: { closest: readonly Peer[]; target: string }): VNode {
  return (
    <div class="scroll-x">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">id</th>
            <th scope="col">endpoint</th>
            <th scope="col">shared bits</th>
            <th scope="col">distance (log₂)</th>
          </tr>
        </thead>
        <tbody>
          {closest.map(({ id, endpoint }, place) => (
            <tr key={`${id}@${endpoint}`}>
              <td>{place + 1}</td>
              <td class="mono" title={id}>
                <SharedDigits id={id} target={target} />
              </td>
              <td class="mono">{shownText(endpoint)}</td>
              <td class="number">{sharedBits(id, target)}</td>
              <td class="number">{distanceBits(id, target).toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The head of an id, with the digits that it shares with the target marked. */
function SharedDigits({ id, target }: { id: string; target: string }): VNode {
  const shared = Math.floor(sharedBits(id, target) / 4)
  const head = id.slice(0, 16)
  return (
    <>
      <b class="own">{head.slice(0, shared)}</b>
      {head.slice(shared)}…
    </>
  )
}

function Endpoints({ result }: { result: LookupResultMessage }): VNode {
  const { endpoints, error } = result
  if (error !== undefined) return <p class="notice">Failed: {shownText(error)}</p>
  return (
    <>
      <h3>{countText(endpoints.length, 'endpoint')} found</h3>
      <ul class="endpoints mono">
        {endpoints.slice(0, MOST_ENDPOINTS).map((endpoint) => (
          <li key={endpoint}>{shownText(endpoint)}</li>
        ))}
      </ul>
    </>
  )
}
