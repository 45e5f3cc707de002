// The invariant that items are true (SIM-S12): what a get finds was put by a user, whatever others
// returned. What an honest node stores or returns was put too, not longer ago than an item lives,
// and no older version takes the place of a newer one.

import { idKey, idView } from '@dht/id'
import type { Response } from '@dht/krpc'
import { type Command, ItemGoal, nobleCrypto } from '@dht/node/core'
import type { Process } from '../host/process.ts'
import type { CoreInspection, CoreStep } from './core-step.ts'
import type { Invariant } from './invariant.ts'

/** Clocks may be wrong by one in ten (`HostClock`). */
const CLOCKS = 1.11
/** A put with its packets under way, ms. */
const UNDER_WAY_MS = 240_000

type Item = CoreInspection['items']['items'][number]['item']

export class ItemSoundness implements Invariant {
  readonly name = 'items'
  /** Everything that users have put: when last, ms. */
  readonly #put = new Map<string, number>()
  readonly #gets = new WeakMap<Process, Map<number, ItemGoal>>()
  #isDamaged = false

  afterStep(step: CoreStep): readonly string[] {
    const { event, host, world, before, after } = step
    this.#isDamaged ||= world.network.config.corruption > 0
    if (event.kind === 'requested') this.#record(event.command, host.process as Process, world.now)
    const found = event.effects.flatMap((effect) =>
      effect.kind === 'settle' ? this.#falseGets(host.process as Process, effect.operationId) : [],
    )
    // A damaged packet is a put of another item.
    if (this.#isDamaged) return found
    const lifeMs = CLOCKS * (after ?? before ?? NONE).config.itemLifetimeMs + UNDER_WAY_MS
    for (const { message } of step.sent) {
      if (message.kind === 'response') found.push(...this.#falseReply(message, world.now - lifeMs))
    }
    return [...found, ...this.#falseStore(after, before)]
  }

  /** An item was put, also by a node that is not one of ours. */
  wasPut(item: Item, now: number): void {
    this.#put.set(nameOf(item), now)
  }

  #record(command: Command, program: Process, now: number): void {
    if (command.kind === 'put') this.wasPut(command.put.item, now)
    if (command.kind !== 'lookup-goal' || !(command.goal instanceof ItemGoal)) return
    const gets = this.#gets.get(program) ?? new Map<number, ItemGoal>()
    this.#gets.set(program, gets.set(command.operationId, command.goal))
  }

  #falseGets(program: Process, operationId: number): string[] {
    const goal = this.#gets.get(program)?.get(operationId)
    this.#gets.get(program)?.delete(operationId)
    if (goal?.item === undefined) return []
    const isRight = targetNameOf(goal.item) === idKey(goal.target)
    const isPut = this.#put.has(nameOf(goal.item))
    return isRight && isPut ? [] : ['SIM-S12: an item was got that nobody has put']
  }

  /** Messages have no salt, so a mutable item is known by the rest. */
  #falseReply({ v, k, seq }: Response, sinceMs: number): string[] {
    if (v === undefined) return []
    const name = `${String(k)} ${seq} ${String(v)}`
    const putAt = this.#put.get(name)
    if (putAt === undefined) return ['SIM-S12: a reply with an item that nobody has put']
    return putAt < sinceMs ? ['SIM-S12: a reply with an item that has expired'] : []
  }

  #falseStore(after: CoreInspection | undefined, before: CoreInspection | undefined): string[] {
    const held = after?.items.items ?? []
    const found = held.flatMap(({ target, item }) => {
      const isRight = targetNameOf(item) === idKey(idView(target))
      return isRight && this.#put.has(nameOf(item)) ? [] : ['SIM-S12: a stored item nobody has put']
    })
    const former = new Map(before?.items.items.map((each) => [String(each.target), each.item]))
    const isOlder = held.some(({ target, item }) => {
      const was = former.get(String(target))?.signed?.seq
      return was !== undefined && (item.signed?.seq ?? 0n) < was
    })
    return isOlder ? [...found, 'SIM-S12: an older version took the place of a newer one'] : found
  }
}

const NONE = { config: { itemLifetimeMs: 0 } }

function nameOf({ v, signed }: Item): string {
  return `${String(signed?.k)} ${signed?.seq} ${String(v)}`
}

function targetNameOf({ v, signed }: Item): string {
  const hashed = signed === undefined ? v : Uint8Array.from([...signed.k, ...signed.salt])
  return idKey(idView(nobleCrypto.sha1(hashed)))
}
