// A node that is made up: messages as a server would send them, with as many contacts and events as
// a measurement wants.

import type {
  EventMessage,
  LookupMessage,
  LookupRecord,
  LookupStep,
  Message,
  Peer,
  SnapshotMessage,
  Status,
} from '@dht/observatory/recording'
import { type Chance, chanceOf, madeUpId } from './made-up-ids.ts'
import { madeUpLookup } from './made-up-lookup.ts'
import { withSweep } from './made-up-sweep.ts'
import { MadeUpTable } from './made-up-table.ts'

export interface MadeUpOptions {
  readonly seed: number
  readonly contacts: number
  readonly widening: number
}

const METHODS = ['find_node', 'get_peers', 'announce_peer', 'ping']
const BOUNDS = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000]

export class MadeUpNode {
  readonly #chance: Chance
  readonly #table: MadeUpTable
  readonly #peers: readonly Peer[]
  readonly #lookups: LookupRecord[] = []
  #lookupId = 0
  #queries = 1000

  constructor({ seed, contacts, widening }: MadeUpOptions) {
    this.#chance = chanceOf(seed)
    const own = madeUpId(this.#chance)
    this.#table = new MadeUpTable({ own, contacts, widening }, this.#chance)
    this.#peers = Array.from({ length: 600 }, (_, index) => ({
      id: madeUpId(this.#chance),
      endpoint: `10.9.${index >> 8}.${index & 255}:3739`,
    }))
    for (const purpose of ['join', 'refresh', 'publish', 'user'] as const) {
      this.#lookups.push({ ...this.#lookup(purpose, 0), isCut: false })
    }
  }

  snapshot(at: number): SnapshotMessage {
    return {
      kind: 'snapshot',
      at,
      network: 'dht256',
      idBits: 256,
      k: 8,
      alpha: 3,
      quietMs: 900_000,
      overlays: [this.#table.overlay()],
      status: this.#status(at),
      lookups: this.#lookups,
    }
  }

  /** The steps of a lookup of the user, from `at` on. */
  lookup(target: string, at: number): LookupMessage[] {
    const { lookup, steps } = this.#lookup('user', at, target)
    return steps.map((step) => ({ kind: 'lookup', at: step.at, lookup, step }))
  }

  /** Something that goes on: a change of the table, and an event that tells it. */
  happening(at: number): Message[] {
    const change = this.#table.change(at)
    const [member] = change.set
    const evicted = change.removed[0]
    if (member === undefined || evicted === undefined) return [change, this.#storing(at)]
    const { id, endpoint } = member
    const contact = { id, endpoint }
    const gone = { id: evicted, endpoint }
    const event = { kind: 'contact-replaced', family: 4, contact, evicted: gone } as const
    return [change, { kind: 'event', at, event }]
  }

  status(at: number): Message {
    this.#queries += Math.floor(this.#chance() * 40)
    return { kind: 'status', at, status: this.#status(at) }
  }

  #storing(at: number): EventMessage {
    const target = madeUpId(this.#chance)
    const event = { kind: 'stored', target, peer: '10.1.2.3:80', from: '10.1.2.3:3739' } as const
    return { kind: 'event', at, event: { ...event, renewed: this.#chance() < 0.5 } }
  }

  #lookup(
    purpose: LookupRecord['lookup']['purpose'],
    at: number,
    target: string = madeUpId(this.#chance),
  ): Omit<LookupRecord, 'isCut'> {
    const plain = madeUpLookup(target, this.#peers, this.#chance)
    const made = { target, peers: this.#peers, chance: this.#chance }
    const steps = purpose === 'user' ? withSweep(plain, made) : plain
    const moved = steps.map((step): LookupStep => ({ ...step, at: step.at + at }))
    return { lookup: { id: ++this.#lookupId, target, family: 4, purpose }, steps: moved }
  }

  #status(at: number): Status {
    const holders = this.#peers.slice(0, 8)
    const counted = (factor: number): number => Math.floor(this.#queries * factor)
    const methods = (factor: number): Record<string, number> => {
      return Object.fromEntries(METHODS.map((name, index) => [name, counted(factor / (index + 1))]))
    }
    return {
      overlays: [],
      store: {
        keys: 3,
        peers: 12,
        listed: [7, 4, 1].map((peers, index) => ({ id: (this.#peers[index] as Peer).id, peers })),
        items: 0,
        itemBytes: 0,
        listedItems: [],
      },
      announcements: [
        {
          id: (this.#peers[20] as Peer).id,
          port: 8080,
          impliedPort: false,
          seed: false,
          dueAt: at + 900_000,
          isPublishing: false,
          last: {
            startedAt: at - 60_000,
            durationMs: 812,
            accepted: holders.slice(0, 6),
            refused: holders.slice(6, 7).map((peer) => ({ ...peer, code: 202, text: 'full' })),
            unreachable: holders.slice(7),
            pending: 0,
            complete: true,
          },
          holders,
        },
      ],
      announcementCount: 1,
      traffic: {
        totals: {
          datagramsReceived: counted(3),
          bytesReceived: counted(300),
          datagramsSent: counted(2.9),
          bytesSent: counted(280),
          queriesSent: counted(1.2),
          queriesTimedOut: counted(0.05),
          responsesReceived: counted(1.1),
        },
        received: methods(1),
        sent: methods(1.2),
        roundTrips: {
          bounds: BOUNDS,
          counts: [0, 2, 9, 40, 90, 71, 30, 8, 2, 1, 0].map((part) => counted(part / 250)),
        },
        limits: [
          { name: 'open-queries', limit: 1024, unit: 'count', used: 7 },
          { name: 'queries-of-a-host', limit: 1000, unit: 'per-window', reached: 3 },
        ],
      },
      operations: 0,
    }
  }
}
