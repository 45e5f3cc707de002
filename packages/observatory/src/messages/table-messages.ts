// The routing table in messages: as a whole, and what has changed since it was told last.

import type { BucketView, MemberView, TableView } from '@dht/node/core'
import type {
  Bucket,
  BucketHead,
  BucketsChange,
  Member,
  MembersChange,
  Overlay,
  Peer,
  WaitingChange,
} from '../protocol.ts'
import { hexOf, optionalMs, peerOf, type Told } from './peer-text.ts'

export function overlayOf(table: Told<TableView>): Overlay {
  const buckets = table.buckets.map((bucket, at): Bucket => {
    const head = headOf(bucket, at === table.buckets.length - 1)
    return { ...head, members: bucket.members.map(memberOf), waiting: bucket.waiting.map(peerOf) }
  })
  return { family: table.family, id: hexOf(table.id), buckets }
}

/** What was told last of one table. */
export class TableChanges {
  #members = new Map<string, Member>()
  #heads = ''
  /** For each prefix the contacts that wait, as text. */
  #waiting: ReadonlyMap<string, string> = new Map()

  /** The table is told as a whole. */
  told({ id, buckets }: Overlay): void {
    const members = buckets.flatMap((bucket) => bucket.members)
    this.#members = new Map(members.map((member) => [member.id, member]))
    this.#heads = JSON.stringify([id, buckets.map(headIn)])
    this.#waiting = waitingTexts(buckets)
  }

  /** What is to be told now: buckets before their contacts. */
  changes({ family, id, buckets }: Overlay, at: number): TableChange[] {
    const heads = buckets.map(headIn)
    const former = this.#members
    const members = buckets.flatMap((bucket) => bucket.members)
    const set = members.filter((member) => !isSame(member, former.get(member.id)))
    const present = new Map(members.map((member) => [member.id, member]))
    const removed = [...former.keys()].filter((each) => !present.has(each))
    this.#members = present
    return [
      ...(this.#haveChanged(id, heads)
        ? [{ kind: 'buckets', at, family, id, buckets: heads } as const]
        : []),
      ...this.#waitingChanges(family, buckets, at),
      ...(set.length + removed.length > 0
        ? [{ kind: 'members', at, family, set, removed } as const]
        : []),
    ]
  }

  #waitingChanges(family: 4 | 6, buckets: readonly Bucket[], at: number): WaitingChange[] {
    const former = this.#waiting
    this.#waiting = waitingTexts(buckets)
    const changed = buckets.filter(({ prefix }) => {
      return this.#waiting.get(prefix) !== (former.get(prefix) ?? '')
    })
    if (changed.length === 0) return []
    const told = changed.map(({ prefix, waiting }) => ({ prefix, contacts: waiting }))
    return [{ kind: 'waiting', at, family, buckets: told }]
  }

  #haveChanged(id: string, heads: readonly BucketHead[]): boolean {
    const text = JSON.stringify([id, heads])
    if (text === this.#heads) return false
    this.#heads = text
    return true
  }
}

type TableChange = BucketsChange | WaitingChange | MembersChange

/** Of a bucket whose contacts are told apart from it. */
function headIn({ members: _, waiting: __, ...head }: Bucket): BucketHead {
  return head
}

function waitingTexts(buckets: readonly Bucket[]): Map<string, string> {
  const textOf = (peers: readonly Peer[]): string =>
    peers.map(({ id, endpoint }) => `${id}@${endpoint}`).join()
  return new Map(buckets.map(({ prefix, waiting }) => [prefix, textOf(waiting)]))
}

function headOf(bucket: Told<BucketView>, isOwn: boolean): BucketHead {
  const { prefix, width, refreshedAt, checking } = bucket
  return {
    prefix: bitsOf(hexOf(prefix.base), prefix.length),
    depth: prefix.length,
    width,
    isOwn,
    ...optionalMs('refreshedAt', refreshedAt),
    ...(checking !== undefined && { checking: peerOf(checking).id }),
  }
}

function memberOf({ contact, standing, failures, ...times }: Told<MemberView>): Member {
  const { id, endpoint } = peerOf(contact)
  return {
    id,
    endpoint,
    state: standing,
    ...optionalMs('respondedAt', times.respondedAt),
    ...optionalMs('seenAt', times.seenAt),
    failures,
    ...optionalMs('roundTripMs', times.roundTripMs),
  }
}

function isSame(a: Member, b: Member | undefined): boolean {
  return (
    b !== undefined &&
    a.seenAt === b.seenAt &&
    a.state === b.state &&
    a.respondedAt === b.respondedAt &&
    a.failures === b.failures &&
    a.roundTripMs === b.roundTripMs &&
    a.endpoint === b.endpoint
  )
}

/** The first `length` bits of an id in hex, as text. */
function bitsOf(hex: string, length: number): string {
  const digits = hex.slice(0, Math.ceil(length / 4))
  const bits = Array.from(digits, (digit) =>
    Number.parseInt(digit, 16).toString(2).padStart(4, '0'),
  )
  return bits.join('').slice(0, length)
}
