// The routing table in messages: as a whole, and what has changed since it was told last.

import type { BucketView, MemberView, TableView } from '@dht/node/core'
import type {
  Bucket,
  BucketHead,
  BucketsChange,
  Member,
  MembersChange,
  Overlay,
} from '../protocol.ts'
import { hexOf, optionalMs, peerOf, type Told } from './peer-text.ts'

export function overlayOf(table: Told<TableView>): Overlay {
  const buckets = table.buckets.map((bucket, at): Bucket => {
    const members = bucket.members.map(memberOf)
    return { ...headOf(bucket, at === table.buckets.length - 1), members }
  })
  return { family: table.family, id: hexOf(table.id), buckets }
}

/** What was told last of one table. */
export class TableChanges {
  #members = new Map<string, Member>()
  #heads = ''

  /** The table is told as a whole. */
  told({ id, buckets }: Overlay): void {
    const members = buckets.flatMap((bucket) => bucket.members)
    this.#members = new Map(members.map((member) => [member.id, member]))
    this.#heads = JSON.stringify([id, buckets.map(({ members: _, ...head }) => head)])
  }

  /** What is to be told now: buckets before members. */
  changes({ family, id, buckets }: Overlay, at: number): (BucketsChange | MembersChange)[] {
    const heads = buckets.map(({ members: _, ...head }): BucketHead => head)
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
      ...(set.length + removed.length > 0
        ? [{ kind: 'members', at, family, set, removed } as const]
        : []),
    ]
  }

  #haveChanged(id: string, heads: readonly BucketHead[]): boolean {
    const text = JSON.stringify([id, heads])
    if (text === this.#heads) return false
    this.#heads = text
    return true
  }
}

function headOf(bucket: Told<BucketView>, isOwn: boolean): BucketHead {
  const { prefix, width, waiting, refreshedAt, checking } = bucket
  return {
    prefix: bitsOf(hexOf(prefix.base), prefix.length),
    depth: prefix.length,
    width,
    waiting,
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
