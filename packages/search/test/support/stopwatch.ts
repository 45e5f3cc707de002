// One lookup in virtual time. Responses take one round trip, dead nodes never respond, and queries
// stall and expire after two fixed times. Events at the same instant happen in the order of the
// queries.
import { Lookup, type LookupOptions } from '../../src/index.ts'
import type { Network, TestNode } from './network.ts'

export interface Patience {
  readonly stallMs: number
  readonly expiryMs: number
}

export interface RunOptions extends Patience {
  readonly asker: TestNode
  readonly target: TestNode
  readonly startingContacts: readonly TestNode[]
  readonly dead: ReadonlySet<TestNode>
  readonly rttMs: number | (() => number)
  readonly lookup: LookupOptions<TestNode>
}

export interface Run {
  readonly ms: number
  readonly queries: number
  readonly hops: number
  readonly found: readonly TestNode[]
}

type Due = { readonly at: number; readonly order: number; readonly happen: () => void }

export function run(network: Network, options: RunOptions): Run {
  const { asker, target, startingContacts, dead, rttMs } = options
  const lookup = new Lookup({ target: target.id, self: asker.id, startingContacts }, options.lookup)
  const agenda: Due[] = []
  let now = 0
  let order = 0

  const plan = (afterMs: number, happen: () => void): void => {
    agenda.push({ at: now + afterMs, order: order++, happen })
  }
  const ask = (contact: TestNode): void => {
    const rtt = typeof rttMs === 'number' ? rttMs : rttMs()
    plan(options.stallMs, () => lookup.stalled(contact))
    plan(options.expiryMs, () => lookup.failed(contact))
    if (dead.has(contact) || rtt > options.expiryMs) return
    plan(rtt, () => {
      const closer = network.answer(contact, target.value, asker)
      lookup.responded(contact, { responder: contact, closer })
    })
  }

  for (;;) {
    let step = lookup.next()
    for (; step.kind === 'query'; step = lookup.next()) ask(step.contact)
    if (step.kind === 'done') break
    const due = agenda.reduce((a, b) =>
      b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a,
    )
    agenda.splice(agenda.indexOf(due), 1)
    now = due.at
    due.happen()
  }
  const { queried, hops } = lookup.tally
  return { ms: now, queries: queried, hops, found: lookup.closest() }
}
