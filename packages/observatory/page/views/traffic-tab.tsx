// Traffic: queries by method, round trips, and the limits of the node.

import type { VNode } from 'preact'
import type { Histogram, Limit, Traffic } from '../../src/protocol.ts'
import { shownText } from '../model/shown-text.ts'
import { methodRows, ownNumber, rateOf, ratesOverTime } from '../model/traffic-rates.ts'
import { bytesText, countText, spanText } from '../model/words.ts'
import { pulse, shownView } from '../state/app-state.ts'
import { Sparkline } from './sparkline.tsx'

export function TrafficTab(): VNode {
  pulse.value
  const { status } = shownView()
  if (status === undefined) return <p class="empty">Nothing is known yet.</p>
  return (
    <div class="traffic-tab">
      <div class="stack">
        <Totals />
        <RoundTrips histogram={status.traffic.roundTrips} />
        <Outcomes traffic={status.traffic} />
      </div>
      <div class="stack">
        <Methods />
        <Limits limits={status.traffic.limits} />
      </div>
    </div>
  )
}

const TOTALS = [
  { name: 'datagrams in', total: 'datagramsReceived', bytes: 'bytesReceived' },
  { name: 'datagrams out', total: 'datagramsSent', bytes: 'bytesSent' },
] as const

function Totals(): VNode {
  const { samples } = shownView()
  const last = samples.at(-1)?.traffic
  return (
    <section class="card totals" aria-label="Datagrams">
      {TOTALS.map(({ name, total, bytes }) => {
        const totalOf = ({ totals }: Traffic): number => ownNumber(totals, total)
        return (
          <div key={name} class="total">
            <h2>{name}</h2>
            <p class="figure">
              {rateOf(samples, totalOf).toFixed(1)} <span class="muted">a second</span>
            </p>
            <Sparkline values={ratesOverTime(samples, totalOf)} label={`${name}, two minutes`} />
            <p class="muted">
              {(last === undefined ? 0 : totalOf(last)).toLocaleString('en')} in all,{' '}
              {bytesText(last === undefined ? 0 : ownNumber(last.totals, bytes))}
            </p>
          </div>
        )
      })}
    </section>
  )
}

function Methods(): VNode {
  const rows = methodRows(shownView().samples)
  const most = Math.max(1, ...rows.flatMap(({ received, sent }) => [received, sent]))
  return (
    <section class="card" aria-label="Queries by method">
      <div class="card-head">
        <h2>Queries by method</h2>
      </div>
      <div class="scroll-x">
        <table class="plain methods">
          <thead>
            <tr>
              <th scope="col">method</th>
              <th scope="col" colSpan={2}>
                received
              </th>
              <th scope="col" colSpan={2}>
                sent
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ method, received, sent, receivedRate, sentRate }) => (
              <tr key={method}>
                <th scope="row" class="mono">
                  {shownText(method, 40)}
                </th>
                <Amount count={received} rate={receivedRate} share={received / most} side="in" />
                <Amount count={sent} rate={sentRate} share={sent / most} side="out" />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Amount({
  count,
  rate,
  share,
  side,
}: {
  count: number
  rate: number
  share: number
  side: 'in' | 'out'
}): VNode {
  return (
    <>
      <td class="number">
        {count.toLocaleString('en')}
        <span class="muted rate">{rate.toFixed(1)}/s</span>
      </td>
      <td class={`bar-cell bar-${side}`}>
        <i style={{ width: `${100 * share}%` }} />
      </td>
    </>
  )
}

function RoundTrips({ histogram: { bounds, counts } }: { histogram: Histogram }): VNode {
  const most = Math.max(1, ...counts)
  const sum = counts.reduce((total, count) => total + count, 0)
  return (
    <section class="card" aria-label="Round trips">
      <div class="card-head">
        <h2>Round trips</h2>
        <span class="muted">
          {countText(sum, 'response')}
          {sum > 0 && `, half within ${medianText(bounds, counts)}`}; by milliseconds
        </span>
      </div>
      <ul class="histogram">
        {counts.map((count, index) => (
          <li key={bounds[index] ?? 'above'}>
            <span class="histogram-plot">
              <span>{count === 0 ? '' : count.toLocaleString('en')}</span>
              <i style={{ height: `${(88 * count) / most}%` }} />
            </span>
            <span class="muted histogram-bound">{boundText(bounds[index])}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Short, because a phone has room for little more than the number. */
function boundText(ms: number | undefined): string {
  if (ms === undefined) return 'more'
  return ms < 1000 ? `≤ ${ms}` : `≤ ${ms / 1000} s`
}

function medianText(bounds: readonly number[], counts: readonly number[]): string {
  const half = counts.reduce((total, count) => total + count, 0) / 2
  let seen = 0
  for (const [index, count] of counts.entries()) {
    seen += count
    if (seen >= half) return spanText(bounds[index] ?? bounds.at(-1) ?? 0)
  }
  return '–'
}

/** Counters of the node in words, in the order in which they are shown. */
const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  queriesSent: 'queries sent',
  responsesReceived: 'responses received',
  errorsReceived: 'error messages received',
  queriesStalled: 'queries stalled',
  queriesTimedOut: 'queries timed out',
  responsesLate: 'responses after the timeout',
  queriesUnreachable: 'queries to unreachable nodes',
  responsesInvalid: 'invalid responses',
  responsesUnmatched: 'responses to no query of ours',
  datagramsMalformed: 'malformed datagrams',
  errorsSent: 'error messages sent',
  queriesLimited: 'queries not answered, because of a limit',
  queriesQueued: 'queries that waited for their turn',
  queriesDropped: 'queries given up while waiting',
  queriesOverflowed: 'queries not sent: too many were open',
  lookups: 'lookups',
  rounds: 'rounds of publishing',
}

function Outcomes({ traffic: { totals } }: { traffic: Traffic }): VNode {
  return (
    <section class="card" aria-label="How queries ended">
      <div class="card-head">
        <h2>How queries ended</h2>
      </div>
      <dl class="facts counters">
        {Object.entries(OUTCOME_NAMES)
          .filter(([name]) => Object.hasOwn(totals, name))
          .map(([name, words]) => (
            <div key={name}>
              <dt>{words}</dt>
              <dd class="number">{ownNumber(totals, name).toLocaleString('en')}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}

function Limits({ limits }: { limits: readonly Limit[] }): VNode {
  return (
    <section class="card" aria-label="Limits">
      <div class="card-head">
        <h2>Limits</h2>
      </div>
      <div class="scroll-x">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">limit</th>
              <th scope="col">at most</th>
              <th scope="col">used</th>
              <th scope="col">
                <span class="unseen">as a bar</span>
              </th>
              <th scope="col">reached</th>
            </tr>
          </thead>
          <tbody>
            {limits.map((limit) => (
              <LimitRow key={limit.name} limit={limit} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function LimitRow({ limit: { name, limit, unit, used, reached } }: { limit: Limit }): VNode {
  const share = used === undefined ? 0 : Math.min(1, used / Math.max(1, limit))
  return (
    <tr>
      <th scope="row">{shownText(name, 60).replaceAll('-', ' ')}</th>
      <td class="number">{amountText(limit, unit)}</td>
      <td class="number">{used === undefined ? '–' : amountText(used, unit)}</td>
      <td class="bar-cell">
        <i class={share >= 0.9 ? 'high' : undefined} style={{ width: `${100 * share}%` }} />
      </td>
      <td class="number">{reached === undefined ? '–' : countText(reached, 'time')}</td>
    </tr>
  )
}

function amountText(amount: number, unit: Limit['unit']): string {
  switch (unit) {
    case 'bytes':
      return bytesText(amount)
    case 'bytes-per-second':
      return `${bytesText(amount)}/s`
    case 'per-second':
      return `${amount.toLocaleString('en')}/s`
    case 'per-window':
    case 'count':
      return amount.toLocaleString('en')
    default:
      return String(amount)
  }
}
