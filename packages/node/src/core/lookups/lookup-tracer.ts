// Reports the steps of one lookup that is traced.

import type { Contact, Response } from '@dht/krpc'
import type { ResponseVerdict } from '@dht/search'
import { reportedContacts } from '../overlay/closer-nodes.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Services } from '../services.ts'
import type { LookupGoal } from './lookup-goal.ts'
import type { LookupOrigin, TracedLookup, TracedQuery, TraceStep } from './trace.ts'
import type { WalkQuery } from './walk.ts'

/** A step without its instant. */
type StepOf<Step> = Step extends TraceStep ? Omit<Step, 'at'> : never

/** A response, and how the lookup has used it. */
interface Responded {
  readonly query: WalkQuery
  readonly responder: Contact
  readonly closer: readonly Contact[]
  readonly verdict: ResponseVerdict
  /** Instant at which the query was sent, ms. */
  readonly sentAt: number | undefined
}

export class LookupTracer {
  readonly #lookup: TracedLookup
  readonly #services: Services
  #at = Number.NaN

  constructor(lookup: TracedLookup, services: Services) {
    this.#lookup = lookup
    this.#services = services
  }

  /** @param now - undefined: the instant of the step before */
  step(step: StepOf<TraceStep>, now: number = this.#at): void {
    this.#at = now
    this.#services.outbox.lookupStep(this.#lookup, { ...step, at: now } as TraceStep)
  }

  responded(responded: Responded, response: Response, now: number): void {
    const { contacts, config } = this.#services
    const { family } = this.#lookup
    const { query, sentAt, verdict, ...rest } = responded
    const { idLength } = config.network
    const reported = reportedContacts(response, { family, idLength, contacts })
    const step = {
      kind: 'responded',
      ...tracedQuery(query),
      ...rest,
      verdict: verdict.kind,
      roundTripMs: now - (sentAt ?? now),
      unusable: reported.length - rest.closer.length,
      values: response.values?.length ?? 0,
      hasToken: response.token !== undefined,
    } as const
    this.step(step, now)
  }
}

/** The query of a walk as its trace tells it. */
export function tracedQuery({ contact, phase, toward }: WalkQuery): TracedQuery {
  return { contact, phase, toward }
}

/** The tracer of a lookup that begins now; undefined: it is not traced. */
export function tracerOf(
  { purpose, operationId, isTraced = false }: LookupOrigin,
  { goal, overlay }: { readonly goal: LookupGoal; readonly overlay: OverlayParts },
  services: Services,
): LookupTracer | undefined {
  if (!isTraced && !services.outbox.tracesLookups) return undefined
  const lookupId = services.counters.lookups
  const { target } = goal
  return new LookupTracer(
    { lookupId, operationId, purpose, target, family: overlay.family },
    services,
  )
}
