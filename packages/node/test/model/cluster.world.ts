// A few real cores with their models, and the datagrams between them. What one core sends is the
// next one's input, so a datagram is checked twice: when it is sent, its sender must have kept what
// the model of the receiver assumes; when it arrives, the receiver must do what its model says. All
// nodes are honest; the network loses, repeats and reorders datagrams.

import { idKey } from '@dht/id'
import {
  contact,
  contactsFromCompact,
  type Endpoint,
  endpoint,
  formatEndpoint,
  type Message,
} from '@dht/krpc'
import type { TransactionModel } from '../../../krpc/test/model/transaction-table.model.ts'
import type { CoreOptions } from '../../src/core/config/core-options.ts'
import type { CoreInspection } from '../../src/core/inspection.ts'
import type { Command } from '../../src/core/operations/command.ts'
import { sameBytes } from '../support/alike.ts'
import { messageOf } from '../support/messages.ts'
import type { Event } from './core.laws.ts'
import { World } from './core.world.ts'
import { numberOf, type Peer, peerOfContact, sameEndpoint } from './core-peer.ts'

export interface SentDatagram {
  readonly bytes: Uint8Array
  readonly from: Endpoint
  readonly to: Endpoint
  readonly sentAt: number
}

export interface ClusterSetup {
  readonly seed: number
  readonly size: number
  readonly options: CoreOptions
  /** All have known each other before the start. */
  readonly isReunion: boolean
}

/** When which node responded to which, to know which contacts are good. */
export interface Answered {
  readonly by: string
  readonly to: string
  readonly at: number
}

/** Everything that was ever announced, and by which node. */
export interface Entered {
  readonly at: string
  readonly target: bigint
  readonly port: number
}

export class Cluster {
  readonly worlds: readonly World[]
  readonly answered: Answered[] = []
  readonly entered: Entered[] = []
  readonly count: (what: string) => void
  flying: SentDatagram[] = []
  now = 1_000

  constructor({ seed, size, options, isReunion }: ClusterSetup, count: (what: string) => void) {
    this.count = count
    this.worlds = Array.from({ length: size }, (_, place) => {
      const locals = [endpoint(`20.0.${place}.1`, 4_000)]
      return new World({ seed: seed + place, locals, options, place, stride: 1 }, { count })
    })
    if (isReunion) for (const world of this.worlds) this.#remember(world)
  }

  at(place: Endpoint): World | undefined {
    return this.worlds.find((world) => sameEndpoint(localOf(world), place))
  }

  /** An event happens at one node; the datagrams it sends are checked and get under way. */
  happen(world: World, event: Event): void {
    world.now = this.now
    const effects = world.play(event)
    world.check()
    for (const effect of effects) {
      if (effect.kind !== 'send') continue
      const datagram = {
        bytes: effect.bytes,
        from: localOf(world),
        to: effect.endpoint,
        sentAt: this.now,
      }
      const broken = promiseViolations(datagram, this)
      if (broken.length > 0) throw new Error(broken.join('\n'))
      this.#countPromise(datagram)
      this.flying.push(datagram)
    }
  }

  begin(world: World, command: Command): void {
    if (command.kind === 'enter') {
      const { target, port } = command
      this.entered.push({ at: localOf(world).address, target: numberOf(target), port })
    }
    this.happen(world, { kind: 'begin', command })
  }

  deliver(datagram: SentDatagram): void {
    const world = this.at(datagram.to)
    const message = read(datagram, world ?? this.worlds[0]!)
    if (world === undefined) return
    // An error message is a reply, too: it renews a member that has responded before.
    if (message.kind === 'response' || message.kind === 'error') {
      const isOpen = [...world.model.families.values()].some(({ overlay }) =>
        idsIn(overlay.transactions).some(({ id }) => same(id, message)),
      )
      const [by, to] = [datagram.from, datagram.to].map(formatEndpoint) as [string, string]
      const isRemembered = [...world.model.families.values()].some(
        ({ overlay: { transactions } }) =>
          transactions.expired.some(({ asked }) =>
            transactions.idsOf(asked).some((id) => same(id, message)),
          ),
      )
      if (isOpen || isRemembered) this.answered.push({ by, to, at: this.now })
      if (!isOpen) this.count('delivered late')
    }
    this.count(`${message.kind} delivered`)
    this.happen(world, { kind: 'receive', bytes: datagram.bytes, from: datagram.from })
  }

  /** Handles the timeouts that are due, starting with any of the nodes. */
  wake(first: number): void {
    const due = this.worlds.filter(
      ({ core }) => (core.nextTimeout(this.now)?.at ?? Infinity) <= this.now,
    )
    if (due.length > 1) this.count('several are due at once')
    for (const [n] of due.entries()) {
      this.happen(due[(n + first) % due.length]!, { kind: 'wake' })
    }
  }

  nextTimeoutAt(): number {
    return Math.min(...this.worlds.map(({ core }) => core.nextTimeout(this.now)?.at ?? Infinity))
  }

  #remember(world: World): void {
    const others = this.worlds.filter((other) => other !== world)
    const contacts = others.map((other) => contact(other.model.selfId, localOf(other)))
    if (world.core.restore(contacts) !== world.model.restore(contacts)) throw new Error('META-1')
    world.look()
    world.check()
  }

  #countPromise(datagram: SentDatagram): void {
    const message = read(datagram, this.worlds[0]!)
    if (message.kind === 'query' && message.method === 'announce_peer') {
      this.count('announced with its own token')
    }
    if (message.kind !== 'response') return
    if ((message.nodes?.length ?? 0) > 0) this.count('answered with contacts')
    if (message.values !== undefined) this.count('answered with peers')
  }
}

export const localOf = (world: World): Endpoint => world.setup.locals[0]!

const read = (datagram: SentDatagram, { model }: World): Message =>
  messageOf(datagram.bytes, model.config.network) as Message

const same = (id: Uint8Array, message: Message): boolean => sameBytes(id, message.transactionId)

/** The assumptions of the receiver that a datagram does not fulfil. */
export function promiseViolations(datagram: SentDatagram, cluster: Cluster): string[] {
  const sender = cluster.at(datagram.from)
  const receiver = cluster.at(datagram.to)
  if (sender === undefined) return ['CL-6: nobody sent it']
  const { network } = sender.model.config
  const message = messageOf(datagram.bytes, network)
  if (message.kind === 'malformed') return [`CL-6: ${message.reason} is no message`]
  const found: string[] = []
  if (sender === receiver) found.push('NET-57: to itself')
  if (datagram.bytes.length > network.replyBudget) found.push('AMP-2: too large')
  if (message.kind === 'query') {
    if (!sameBytes(message.id, sender.model.selfId)) found.push('NET-3: under another id')
    const isOpen = openOf(sender).some((asked) => same(asked.id, message) && isAt(asked, datagram))
    if (!isOpen) found.push('NET-3: asked without a question')
    if (message.method === 'announce_peer' || message.method === 'withdraw_peer') {
      const target = numberOf(message.target)
      const isGiven = receiver?.model.responder.given.some(
        (each) => each.target === target && sameBytes(each.token, message.token),
      )
      if (isGiven !== true) found.push('TRACK-1: a token of somebody else')
    }
    return found
  }
  if (receiver === undefined) return [...found, 'NET-11: answered nobody']
  const asked = [...receiver.ended, ...openOf(receiver)]
  if (!asked.some(({ id, to }) => same(id, message) && isAt({ to }, { to: datagram.from }))) {
    found.push('NET-11: answered what was not asked')
  }
  if (message.kind === 'error') return found
  return [...found, ...contactViolations(message, sender, receiver)]
}

function openOf({ model }: World): { readonly id: Uint8Array; readonly to: Endpoint }[] {
  return [...model.families.values()].flatMap(({ overlay }) => idsIn(overlay.transactions))
}

/** Every id that a response may have. */
function idsIn(
  transactions: TransactionModel,
): { readonly id: Uint8Array; readonly to: Endpoint }[] {
  return transactions.open.flatMap((asked) =>
    transactions.idsOf(asked).map((id) => ({ id, to: asked.to })),
  )
}

const isAt = (a: { readonly to: Endpoint }, b: { readonly to: Endpoint }): boolean =>
  sameEndpoint(a.to, b.to)

function contactViolations(
  { nodes, id }: Extract<Message, { kind: 'response' }>,
  sender: World,
  receiver: World,
): string[] {
  const found: string[] = []
  const { network, k } = sender.model.config
  if (!sameBytes(id, sender.model.selfId)) found.push('NET-11: under another id')
  const contacts = contactsFromCompact(nodes ?? new Uint8Array(0), network.idLength, 4)
  const ids = contacts.map((contact) => idKey(contact.id))
  if (contacts.length > k) found.push('NET-12: more than k contacts')
  if (ids.includes(idKey(receiver.model.selfId))) found.push('NET-12: the asker itself')
  const { table } = sender.model.families.get(4)!.overlay
  const members = new Set(table.members.map(({ contact }) => idKey((contact as Peer).id)))
  if (ids.some((each) => !members.has(each))) {
    found.push('NET-12: somebody who is no member')
  }
  return found
}

/** Laws between nodes, checked on their inspections: what one node knows of another is true. */
export function clusterViolations(
  states: readonly { readonly local: Endpoint; readonly core: CoreInspection }[],
  known: { readonly answered: readonly Answered[]; readonly entered: readonly Entered[] },
): string[] {
  const found: string[] = []
  const idOf = ({ overlays: [only] }: CoreInspection): string => idKey(only!.id)
  const ids = new Map(states.map(({ local, core }) => [formatEndpoint(local), idOf(core)]))
  for (const { local, core } of states) {
    const self = formatEndpoint(local)
    const members = core.overlays.flatMap(({ buckets }) => buckets.flatMap((b) => b.members))
    for (const { contact, standing, lastSeenAt } of members) {
      const { id, address: place } = peerOfContact(contact)
      if (ids.get(place) !== idKey(id)) found.push('STATE-56: a member nobody is')
      if (standing !== 'good') continue
      const hasAnswered = known.answered.some(
        ({ by, to, at }) => by === place && to === self && at <= lastSeenAt,
      )
      if (!hasAnswered) found.push('SIM-S4: good without an answer')
    }
    for (const { target, peer } of core.store.peers) {
      const at = [...peer.slice(0, 4)].join('.')
      const port = peer[4]! * 256 + peer[5]!
      const isEntered = known.entered.some(
        (each) => each.at === at && each.port === port && each.target === numberOf(target),
      )
      if (!isEntered) found.push('SIM-S2, SIM-S3: a peer that nobody entered')
    }
  }
  return found
}
