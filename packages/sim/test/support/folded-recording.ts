// What a reader of a recording knows of each node at its end: the last snapshot, changed by all
// messages after it.

import type { Member, Recording, Status } from '@dht/observatory/recording'

export interface FoldedTable {
  id: string
  /** Prefixes of the buckets, far to near. */
  prefixes: string[]
  /** By id. */
  readonly members: Map<string, Member>
  /** By the prefix of the bucket: ids of the contacts that wait, the newest last. */
  waiting: Map<string, readonly string[]>
}

export interface FoldedNode {
  readonly tables: Map<4 | 6, FoldedTable>
  status: Status
  /** Number of steps told of each lookup since the snapshot, and whether it has ended. */
  readonly lookups: Map<number, { steps: number; hasEnded: boolean }>
  hasEnded: boolean
}

type Message = Recording['frames'][number]['messages'][number]

export function foldRecording({ frames }: Recording): Map<number, FoldedNode> {
  const nodes = new Map<number, FoldedNode>()
  for (const { node, messages } of frames) {
    for (const message of messages) {
      if (message.kind === 'snapshot') nodes.set(node, begun(message))
      else fold(nodes.get(node) as FoldedNode, message)
    }
  }
  return nodes
}

function begun({ overlays, status }: Extract<Message, { kind: 'snapshot' }>): FoldedNode {
  const tables = overlays.map(({ family, id, buckets }): [4 | 6, FoldedTable] => {
    const members = buckets.flatMap((bucket) => bucket.members)
    const prefixes = buckets.map(({ prefix }) => prefix)
    const waiting = new Map(buckets.map((bucket) => [bucket.prefix, bucket.waiting.map(idOf)]))
    const byId = new Map(members.map((each) => [each.id, each]))
    return [family, { id, prefixes, members: byId, waiting }]
  })
  return { tables: new Map(tables), status, lookups: new Map(), hasEnded: false }
}

function fold(node: FoldedNode, message: Exclude<Message, { kind: 'snapshot' }>): void {
  switch (message.kind) {
    case 'members': {
      const { members } = node.tables.get(message.family) as FoldedTable
      for (const id of message.removed) members.delete(id)
      for (const member of message.set) members.set(member.id, member)
      break
    }
    case 'buckets': {
      const table = node.tables.get(message.family) as FoldedTable
      table.id = message.id
      table.prefixes = message.buckets.map(({ prefix }) => prefix)
      const kept = table.prefixes.map(
        (prefix) => [prefix, table.waiting.get(prefix) ?? []] as const,
      )
      table.waiting = new Map(kept)
      break
    }
    case 'waiting': {
      const { waiting } = node.tables.get(message.family) as FoldedTable
      for (const { prefix, contacts } of message.buckets) waiting.set(prefix, contacts.map(idOf))
      break
    }
    case 'status':
      node.status = message.status
      break
    case 'lookup': {
      const { lookup, step } = message
      const { steps } = node.lookups.get(lookup.id) ?? { steps: 0 }
      node.lookups.set(lookup.id, { steps: steps + 1, hasEnded: step.kind === 'ended' })
      break
    }
    case 'end':
      node.hasEnded = true
      break
    case 'event':
    case 'lookup-result':
      break
  }
}

function idOf({ id }: { readonly id: string }): string {
  return id
}
