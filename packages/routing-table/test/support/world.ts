// Small worlds for the tests: contacts with an id and an address, scripts of evidence, and the laws
// that a table must keep whatever it is told, checked on its snapshot alone.

import { type Id, idFromBigInt, idFromBytes, idToBigInt, idToHex } from '@dht/id'
import { idAround } from '@dht/testing'
import fc from 'fast-check'
import type { RoutingTable, RoutingTableOptions, TableSnapshot } from '../../src/index.ts'

export interface Node {
  readonly id: Id
  readonly address: string
}

export const addressOf = (node: Node): string => node.address

/** An id of one byte. */
export const id = (byte: number): Id => idFromBytes(Uint8Array.of(byte))

/** A contact with an id of one byte, at an address of its own unless one is given. */
export const node = (byte: number, address = `a${byte}`): Node => ({ id: id(byte), address })

/** One thing that a table is told, or asked to do. */
export type Step =
  | {
      readonly kind: 'queried' | 'responded' | 'failed'
      readonly node: Node
      /** Instead of `node`, the member with this number, counted cyclically from the farthest. */
      readonly known?: number | undefined
    }
  | { readonly kind: 'forget'; readonly id: Id }
  | { readonly kind: 'restore'; readonly nodes: readonly Node[] }
  | { readonly kind: 'check'; readonly outcome: 'answers' | 'fails' | 'lapses' | 'other id' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'advance'; readonly ms: number }

export interface Script {
  readonly self: Id
  readonly steps: readonly Step[]
  readonly options: RoutingTableOptions<Node>
}

/** Scripts in worlds of `width` bytes, with ids clustered around our own, and few addresses. */
export function anyScript(width: number, maxLength = 40): fc.Arbitrary<Script> {
  return idAround(idFromBigInt(0x5an, width)).chain((self) => {
    const anyNodeId = idAround(self)
    const nodes = fc.record({
      id: anyNodeId,
      address: fc.nat({ max: 30 }).map((n) => `a${n}`),
    })
    const told = (kind: 'queried' | 'responded' | 'failed', freq: number, max: number) =>
      fc.record({
        kind: fc.constant(kind),
        node: nodes,
        known: fc.option(fc.nat({ max }), { nil: undefined, freq }),
      })
    const step: fc.Arbitrary<Step> = fc.oneof(
      { arbitrary: told('responded', 2, 6), weight: 15 },
      { arbitrary: told('queried', 2, 6), weight: 6 },
      { arbitrary: told('failed', 10, 1), weight: 12 },
      { arbitrary: anyNodeId.map((each) => ({ kind: 'forget' as const, id: each })), weight: 2 },
      {
        arbitrary: fc
          .array(nodes, { maxLength: 12 })
          .map((each) => ({ kind: 'restore' as const, nodes: each })),
        weight: 1,
      },
      {
        arbitrary: fc
          .constantFrom('answers' as const, 'fails', 'lapses', 'other id')
          .map((outcome) => ({ kind: 'check' as const, outcome })),
        weight: 8,
      },
      { arbitrary: fc.constant({ kind: 'refresh' as const }), weight: 2 },
      {
        arbitrary: fc
          .oneof(
            fc.nat({ max: 2_000 }),
            fc.constantFrom(899_999, 900_000, 900_001, 29_999, 30_000, 1_000),
          )
          .map((ms) => ({ kind: 'advance' as const, ms })),
        weight: 6,
      },
    )
    return fc.record({
      self: fc.constant(self),
      steps: fc.array(step, { maxLength, size: 'max' }),
      options: fc.record({
        k: fc.constantFrom(1, 2, 3, 4, 8),
        cacheSize: fc.constantFrom(0, 1, 2, 8),
        addressOf: fc.constant(addressOf),
      }),
    })
  })
}

/** Scripts in a world where every bucket is full with its first member. */
export const tightScript: fc.Arbitrary<Script> = anyScript(1, 60).map((script) => ({
  ...script,
  options: { ...script.options, k: 1 },
}))

/** Runs a script, calling `observe` after every step with the instant. */
export function play(
  table: RoutingTable<Node>,
  script: Script,
  observe: (step: Step, now: number, answer: unknown) => void = () => {},
): number {
  let now = 0
  for (const given of script.steps) {
    const step = resolve(given, table)
    let answer: unknown
    switch (step.kind) {
      case 'queried':
      case 'responded':
      case 'failed':
        answer = table[step.kind](step.node, now)
        break
      case 'forget':
        answer = table.forget(step.id)
        break
      case 'restore':
        answer = table.restore(step.nodes)
        break
      case 'check':
        answer = playCheck(table, step.outcome, now)
        break
      case 'refresh':
        answer = table.takeRefresh(now, (length) => new Uint8Array(length))
        break
      case 'advance':
        now += step.ms
        break
    }
    observe(step, now, answer)
  }
  return now
}

function resolve(step: Step, table: RoutingTable<Node>): Step {
  if (!('known' in step) || step.known === undefined || table.size === 0) return step
  const { kind, known } = step
  return { kind, node: [...table.members()].at(-1 - (known % table.size))! }
}

function playCheck(table: RoutingTable<Node>, outcome: string, now: number): unknown {
  const check = table.takeCheck(now)
  if (check === undefined || outcome === 'lapses') return check
  if (outcome === 'answers') table.responded(check, now)
  else table.failed(check, now)
  if (outcome === 'other id') {
    const flipped = idToBigInt(check.id) ^ 1n
    table.responded({ id: idFromBigInt(flipped, check.id.length), address: check.address }, now)
  }
  return check
}

/** How many leading bits two ids share, by arithmetic. */
export function sharedBits(a: Id, b: Id): number {
  const distance = idToBigInt(a) ^ idToBigInt(b)
  return distance === 0n ? 8 * a.length : 8 * a.length - distance.toString(2).length
}

/** Sorts by distance to a target, by arithmetic. */
export function byDistance(target: Id): (a: { id: Id }, b: { id: Id }) => number {
  const to = idToBigInt(target)
  return (a, b) => ((idToBigInt(a.id) ^ to) < (idToBigInt(b.id) ^ to) ? -1 : 1)
}

/** All that is wrong with a table, as text; empty when nothing is. */
export function violations(
  { self, buckets }: TableSnapshot<Node>,
  limits: {
    readonly k: number
    readonly cacheSize: number
    readonly widths?: readonly number[]
  },
): string[] {
  const found: string[] = []
  const bits = 8 * self.length
  const ranges = buckets
    .map(({ prefix: { base, length } }) => {
      const start = idToBigInt(base)
      return { start, end: start + (1n << BigInt(bits - length)), length }
    })
    .sort((a, b) => (a.start < b.start ? -1 : 1))
  let edge = 0n
  for (const { start, end, length } of ranges) {
    if (start !== edge) found.push(`RT-16: a gap or overlap at ${edge}`)
    if (start % (1n << BigInt(bits - length)) !== 0n) found.push(`RT-17: ${start} is not aligned`)
    edge = end
  }
  if (edge !== 1n << BigInt(bits)) found.push('RT-16: the ranges do not reach the end')
  const depth = buckets.length - 1
  const most = bits - Math.ceil(Math.log2(limits.k + 2)) + 1
  if (depth > Math.max(0, most)) found.push(`RT-50: depth ${depth} exceeds ${most}`)
  const seenIds = new Set<string>()
  const seenAddresses = new Set<string>()
  buckets.forEach(({ prefix, members, waiting }, index) => {
    if (prefix.length !== Math.min(index + 1, depth)) found.push(`RT-50: prefix of bucket ${index}`)
    const wide = index < depth ? limits.widths?.[index] : undefined
    if (members.length > (wide ?? limits.k)) {
      found.push(`RT-15: bucket ${index} has ${members.length}`)
    }
    const width = (1n << BigInt(bits - prefix.length)) - (index === depth ? 1n : 0n)
    if (BigInt(members.length) > width) found.push(`RT-51: more members than ids in ${index}`)
    if (waiting.length > limits.cacheSize) found.push(`STATE-52: cache of ${index} overflows`)
    for (const { contact } of [...members, ...waiting]) {
      const shared = sharedBits(contact.id, self)
      if (shared === bits) found.push('RT-54: own id is inside')
      if (Math.min(shared, depth) !== index) found.push(`RT-17: ${idToHex(contact.id)} misplaced`)
    }
    for (const { contact } of members) {
      const key = idToHex(contact.id)
      if (seenIds.has(key)) found.push(`RT-55: id ${key} twice`)
      if (seenAddresses.has(contact.address)) found.push(`RT-55: address ${contact.address} twice`)
      seenIds.add(key)
      seenAddresses.add(contact.address)
    }
    const seen = members.map(({ lastSeenAt }) => lastSeenAt)
    if (seen.some((at, i) => at < seen[i - 1]!)) found.push(`STATE-8: ${index} is out of order`)
    const waitingIds = waiting.map(({ contact }) => idToHex(contact.id))
    if (new Set(waitingIds).size < waitingIds.length)
      found.push(`RT-55: a waiting contact twice in ${index}`)
  })
  return found
}
