// The goal of a lookup that wants the peers registered under its target: get_peers, and each
// distinct endpoint once (API-6). The mode says how many are enough.

import type { Id } from '@dht/id'
import {
  type Contact,
  type Endpoint,
  formatEndpoint,
  type GetPeersResults,
  type MainlineGetPeersQuery,
  type Method,
  type Response,
} from '@dht/krpc'
import type { LookupMode } from '../../operations/command.ts'
import { reportedEndpoints } from '../../overlay/closer-nodes.ts'
import type { GoalProgress, LookupGoal } from '../lookup-goal.ts'

type GetPeers = Method<MainlineGetPeersQuery, GetPeersResults>

/** Is told of new endpoints. `from` returned them; undefined: this node knew them. */
export type OnFound = (endpoints: readonly Endpoint[], from: Contact | undefined) => void

/** The progress of a lookup that has found an endpoint, by its mode. */
const PROGRESS = { first: 'reached', quick: 'enough', all: 'open' } as const

export class PeersGoal implements LookupGoal<GetPeers> {
  readonly target: Id
  readonly query: LookupGoal<GetPeers>['query']
  readonly #mode: LookupMode
  readonly #onFound: OnFound
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #holders = new Map<string, Contact>()

  /**
   * @param init - `noseed`: no seeds are wanted (BEP 33); `onFound` is told of new endpoints,
   *   one or more at a time
   */
  constructor(init: {
    readonly target: Id
    readonly mode: LookupMode
    readonly noseed?: boolean
    readonly onFound: OnFound
  }) {
    this.target = init.target
    const { target, noseed } = init
    this.query = { method: 'get_peers', target, ...(noseed === true && { noseed }) }
    this.#mode = init.mode
    this.#onFound = init.onFound
  }

  get progress(): GoalProgress {
    return this.#endpoints.size === 0 ? 'open' : PROGRESS[this.#mode]
  }

  /** Every distinct endpoint, in the order in which they were found. */
  get endpoints(): readonly Endpoint[] {
    return [...this.#endpoints.values()]
  }

  /** The nodes that returned at least one endpoint, in the order of their responses. */
  get holders(): readonly Contact[] {
    return [...this.#holders.values()]
  }

  fold(response: Response<GetPeers>, responder: Contact): void {
    const endpoints = reportedEndpoints(response, responder)
    if (endpoints.length === 0) return
    this.#holders.set(responder.endpointKey, responder)
    this.add(endpoints, responder)
  }

  /** @param from - the node that returned them; undefined: they are known without a query */
  add(endpoints: readonly Endpoint[], from?: Contact): void {
    const before = this.#endpoints.size
    for (const each of endpoints) this.#endpoints.set(formatEndpoint(each), each)
    const added = this.endpoints.slice(before)
    if (added.length > 0) this.#onFound(added, from)
  }
}
