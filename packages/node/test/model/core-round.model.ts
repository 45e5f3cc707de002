// One round of the model of a core: a lookup in each overlay, and a write to each of the nearest
// that gave a token. It reports once when only slow nodes are open, and once at the end.

import type { Contact, ErrorMessage, Response } from '@dht/krpc'
import type { RoundReport } from '../../src/core/operations/outcome.ts'
import type { NodeContext } from './core-context.ts'
import type { TallyModel } from './core-facts.model.ts'
import { RunModel, type Sought } from './core-lookup.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { idOf, type Peer } from './core-peer.ts'
import type { QueryContent } from './core-queries.model.ts'
import type { HolderModel } from './core-withdraw.model.ts'

/** What a round looks up and writes. */
export interface PublicationModel {
  readonly sought: Sought
  /** A response to its lookup. */
  returned?(response: Response, responder: Peer): void
  write(peer: Peer, token: Uint8Array): QueryContent
  /** Whether a node is written to. Absent: each is. */
  isWanted?(peer: Peer): boolean
  /** Whether a node that refuses with this code has what is written. */
  isStoredAt?(peer: Peer, code: number): boolean
}

/** The publication of the round, and the receiver of its reports. */
export interface RoundInit {
  readonly publication: PublicationModel
  readonly node: NodeContext
  readonly overlays: readonly OverlayModel[]
  /** The first writes have ended, and slow nodes are open. */
  readonly reported: (round: RoundModel) => void
  readonly ended: (round: RoundModel) => void
}

interface Write {
  readonly peer: Peer
  readonly token: Uint8Array
  state: 'due' | 'written' | 'accepted' | 'refused' | 'unreachable'
  refusal: { readonly code: number; readonly text: string } | undefined
}

interface Writing {
  readonly run: RunModel
  readonly writes: Write[]
}

const reachableOf = ({ run }: Writing): number => run.lookup.closest().length

export class RoundModel {
  readonly startedAt: number
  readonly #init: RoundInit
  readonly #writings: Writing[] = []
  /** All writes in the order in which they were sent. */
  readonly #put: { readonly write: Write; readonly overlay: OverlayModel }[] = []
  #hasReported = false
  #runs: RunModel[] = []
  #isOver = false

  constructor(init: RoundInit) {
    this.#init = init
    this.startedAt = init.node.now
  }

  start(): void {
    const { publication } = this.#init
    const owner = {
      returned: (response: Response, responder: Peer) =>
        publication.returned?.(response, responder),
      waits: (run: RunModel) => {
        if (run.lookup.writeTargets().length > 0) this.#write(run)
      },
      ended: (run: RunModel) => this.#write(run),
    }
    this.#runs = this.#init.overlays.map(
      (overlay) => new RunModel(overlay, owner, publication.sought),
    )
    for (const run of this.#runs) run.advance()
    if (this.#runs.length === 0) this.#finish()
  }

  abort(): void {
    this.#isOver = true
    for (const run of this.#runs) run.abort()
  }

  outcome(): Omit<RoundReport, 'port' | 'durationMs' | 'nextAt'> {
    const { target } = this.#init.publication.sought
    const { config } = this.#init.node
    const writes = this.#writings.flatMap((writing) => writing.writes)
    const contacts = (wanted: Write['state']): Contact[] =>
      writes.filter(({ state }) => state === wanted).map(({ peer }) => peer.contact)
    const peopled = this.#writings.filter((writing) => reachableOf(writing) > 0)
    const isSettled = peopled.every((writing) => {
      const count = (wanted: Write['state']): number =>
        writing.writes.filter(({ state }) => state === wanted).length
      const wanted = Math.min(config.k, reachableOf(writing))
      return count('unreachable') === 0 && 2 * count('accepted') >= wanted
    })
    return {
      target: idOf(target, config.network),
      startedAt: this.startedAt,
      accepted: contacts('accepted'),
      refused: writes
        .filter(({ state }) => state === 'refused')
        .map(({ peer, refusal }) => ({
          contact: peer.contact,
          code: refusal?.code ?? Number.NaN,
          text: refusal?.text ?? '',
        })),
      unreachable: contacts('unreachable'),
      pending: this.#runs
        .filter(({ hasEnded }) => !hasEnded)
        .reduce((all, { lookup }) => all + Math.max(lookup.pending, 1), 0),
      complete: peopled.length > 0 && isSettled,
      tally: sum(this.#writings.map(({ run }) => run.lookup.tally())),
    }
  }

  /** Those that accepted, or may have. */
  get holders(): HolderModel[] {
    return this.#put
      .filter(({ write: { state } }) => state === 'accepted' || state === 'written')
      .map(({ write: { peer, token }, overlay }) => {
        return { peer, overlay, token, askedAt: this.startedAt }
      })
  }

  /** In an overlay with contacts fewer than k responded. */
  get isThin(): boolean {
    const { k } = this.#init.node.config
    return this.#writings.some((writing) => {
      return reachableOf(writing) > 0 && reachableOf(writing) < k
    })
  }

  /** Those of the nearest that have responded and were not written to. */
  #write(run: RunModel): void {
    if (this.#isOver) return
    let writing = this.#writings.find((each) => each.run === run)
    if (writing === undefined) {
      writing = { run, writes: [] }
      this.#writings.push(writing)
    }
    const { writes } = writing
    for (const { peer, token } of run.lookup.writeTargets()) {
      if (writes.some((write) => write.peer.key === peer.key)) continue
      if (this.#init.publication.isWanted?.(peer) === false) continue
      writes.push({ peer, token, state: 'due', refusal: undefined })
    }
    this.#advance(writing)
  }

  #advance(writing: Writing): void {
    if (this.#isOver) return
    const { writes } = writing
    for (let write = dueOf(writes); write !== undefined; write = dueOf(writes)) {
      this.#send(writing, write)
    }
    if (this.#writings.length < this.#init.overlays.length) return
    const all = this.#writings.flatMap((each) => each.writes)
    if (!all.every(({ state }) => state !== 'due' && state !== 'written')) return
    if (this.#runs.every(({ hasEnded }) => hasEnded)) {
      this.#finish()
    } else if (!this.#hasReported) {
      this.#hasReported = true
      this.#init.reported(this)
    }
  }

  #send(writing: Writing, write: Write): void {
    const { overlay } = writing.run
    this.#put.push({ write, overlay })
    const { publication } = this.#init
    const settle = (state: Write['state'], refusal?: Write['refusal']): void => {
      Object.assign(write, { state, refusal })
      this.#advance(writing)
    }
    write.state = 'written'
    const { peer, token } = write
    const isSent = overlay.ask(peer.contact.endpoint, publication.write(peer, token), {
      asked: peer,
      onResponse: () => settle('accepted'),
      onError: ({ code, text }: ErrorMessage) => {
        const isStored = publication.isStoredAt?.(peer, code) === true
        if (isStored) settle('accepted')
        else settle('refused', { code, text })
      },
      onFailure: () => settle('unreachable'),
      onStalled: () => !this.#isOver,
    })
    if (!isSent) write.state = 'unreachable'
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#init.ended(this)
  }
}

const dueOf = (writes: readonly Write[]): Write | undefined =>
  writes.find(({ state }) => state === 'due')

/** What several lookups cost together. */
export function sum(tallies: readonly TallyModel[]): TallyModel {
  const total = (name: keyof TallyModel): number =>
    tallies.reduce((all, tally) => all + tally[name], 0)
  const hops = Math.max(0, ...tallies.map((tally) => tally.hops))
  const [queried, responded, stalled, failed] = (
    ['queried', 'responded', 'stalled', 'failed'] as const
  ).map(total) as [number, number, number, number]
  return { queried, responded, stalled, failed, hops }
}
