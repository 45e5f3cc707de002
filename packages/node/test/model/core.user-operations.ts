// What users and the machine do with a core: operations and their cancelling, restored contacts,
// datagrams that could not be sent, transports that fail.

import { type Endpoint, endpoint } from '@dht/krpc'
import type { LookupMode, Command as Request } from '../../src/core/operations/command.ts'
import { advance } from './core.moments.ts'
import { converse } from './core.replies.ts'
import { type Target, targetOf } from './core.targets.ts'
import type { Who, World } from './core.world.ts'
import { numberOf } from './core-peer.ts'

export type OperationKind = Exclude<Request['kind'], 'cancel' | 'bootstrap' | 'delete' | 'leave'>

export interface UserOperation {
  readonly kind: OperationKind
  readonly who: Who
  readonly target: Target
  readonly port: number
  readonly mode: LookupMode
}

export function request({ kind, who, target, port, mode }: UserOperation, world: World): void {
  const operationId = ++world.operationIds
  const command = {
    kind,
    operationId,
    to: world.peer(who).contact.endpoint,
    target: targetOf(target, world),
    port: 1 + port,
    ...(kind === 'enter' && { seed: port % 3 === 1, impliedPort: port % 4 === 2 }),
    mode,
    token: Uint8Array.of(port % 256),
  } as unknown as Request
  world.play({ kind: 'begin', command })
  world.count(`request: ${kind}`)
  if (kind === 'lookup') world.count(`mode: ${mode}`)
  if (world.last.deferred.includes(operationId)) world.count('held')
}

/** Nodes that the user has found elsewhere, in some scripts with their ids. */
export function addNodes([all, isNamed]: readonly [readonly Who[], boolean], world: World): void {
  for (const who of all) addNode(who, isNamed, world)
}

function addNode(who: Who, isNamed: boolean, world: World): void {
  const { id, contact } = world.peer(who)
  const command = { kind: 'add-node', endpoint: contact.endpoint, ...(isNamed && { id }) } as const
  world.play({ kind: 'begin', command })
  world.count(isNamed ? 'add-node: with its id' : 'add-node')
}

export function cancel(n: number, world: World): void {
  const { operations, deferred, announcements } = world.last
  const listening = world.model.dispatcher.listening.map((each) => each.operationId)
  const entered = announcements.map((entry) => entry.operationId)
  // Few lookups go on after their result, and none for long, so these come first.
  const open = [
    ...listening,
    ...listening,
    ...listening,
    ...operations,
    ...deferred,
    ...entered,
    world.operationIds,
  ]
  const operationId = open[n % open.length]!
  const isHeld = deferred.includes(operationId)
  const isListening = listening.includes(operationId)
  const what = operations.includes(operationId)
    ? 'open'
    : (isHeld && 'held') || (isListening && 'settled')
  world.play({ kind: 'begin', command: { kind: 'cancel', operationId } })
  world.count(`cancel: ${what || 'other'}`)
}

/**
 * An announcement is entered and published among honest nodes, and soon or late deleted or entered
 * with another port; some of its holders respond.
 */
export function changeMind(wishing: UserOperation, n: number, world: World): void {
  const neighbour: Who = { ...wishing.who, of: 'neighbour' }
  const entering = { ...wishing, kind: 'enter', target: { of: 'key', n: 0 } } as const
  for (const i of [0, 1, 2])
    request({ ...wishing, kind: 'ping', who: { ...neighbour, n: n + i } }, world)
  converse(9, 0, world)
  request(entering, world)
  converse(20, 0, world)
  if (n % 4 >= 2) loseAndReview(n, world)
  if (n % 2 === 1) world.now += world.model.config.tokenRotateMs + 1
  world.look()
  if (n % 3 === 0) remove({ of: 'key', n: 0 }, world)
  else request({ ...entering, port: wishing.port + 1 }, world)
  converse(n % 5, 0, world)
}

/** A holder is lost, or none is, and the next review of the announcement is reached. */
function loseAndReview(n: number, world: World): void {
  const holders = world.model.publisher.entries.flatMap((entry) => entry.holders)
  const to = holders[n % Math.max(1, holders.length)]?.peer.contact.endpoint
  for (let time = 0; to !== undefined && time < n % 3; time++) {
    world.play({ kind: 'begin', command: { kind: 'ping', operationId: ++world.operationIds, to } })
    world.play({ kind: 'undeliverable', to, code: 'ECONNREFUSED' })
  }
  world.now += world.model.config.reviewMs
  world.play({ kind: 'wake' })
  converse(20, 0, world)
}

/** Deletes one announcement, or rarely all of them. */
export function remove(target: Target, world: World): void {
  if (target.n % 11 === 5) {
    world.play({ kind: 'begin', command: { kind: 'leave', operationId: ++world.operationIds } })
    world.count('leave')
    return
  }
  const id = targetOf(target, world)
  const isKnown = world.model.publisher.entries.some((each) => each.target === numberOf(id))
  world.play({ kind: 'begin', command: { kind: 'delete', target: id } })
  world.count(isKnown ? 'delete: entered' : 'delete: unknown')
}

/** @param pending - whether more endpoints may follow */
export function bootstrap(
  [whom, routers, pending]: readonly [readonly Who[], readonly Who[], boolean],
  world: World,
): void {
  const places = (all: readonly Who[]): Endpoint[] =>
    all.map((who) => world.peer(who).contact.endpoint)
  const lists = { endpoints: places(whom), routers: places(routers) }
  const isNews = [...world.model.families.values()].some(({ join }) => join.attempt !== undefined)
  world.play({ kind: 'begin', command: { kind: 'bootstrap', ...lists, pending } })
  world.count('bootstrap')
  if (pending) world.count('bootstrap: names pending')
  if (isNews) world.count('bootstrap while joining')
}

/** The start of a node: bootstrap endpoints, a join, and a lookup that waits for it. */
export function launch(whom: readonly Who[], target: Target, world: World): void {
  // In some scripts half are known at once and half when names have been resolved.
  const isLate = target.n % 2 === 1
  bootstrap([isLate ? whom.slice(1) : whom, [], isLate], world)
  const [first] = whom
  if (first === undefined) return
  const rest = { who: first, target, port: 0, mode: 'all' } as const
  for (const kind of ['join', 'lookup'] as const) request({ kind, ...rest }, world)
  if (isLate) bootstrap([whom, [], false], world)
  if (target.n % 3 === 0) cancel(world.last.operations.length, world)
  // Some wait for endpoints that never come.
  if (target.n % 4 === 2) advance(2 * world.model.config.giveUpMs, 'punctual', world)
}

const CODES = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EMSGSIZE', 'EINVAL', 'EHOSTDOWN']

export function fail(which: number, code: number, world: World): void {
  const open = [...world.model.families.values()].flatMap(
    ({ overlay }) => overlay.transactions.open,
  )
  const to =
    open[open.length - 1 - ((which >> 3) % open.length)]?.to ??
    world.placeOf(which, world.familyOf(false))
  world.play({ kind: 'undeliverable', to, code: CODES[code % CODES.length]! })
  world.count(open.length > 0 ? 'undeliverable: open' : 'undeliverable: nothing')
}

/** A transport fails for good; some are open again at once, some later or never. */
export function loseTransport([which, isBack]: readonly [number, boolean], world: World): void {
  const families = [...world.model.families.values()]
  const { overlay } = families[which % families.length]!
  const { family, local } = overlay
  const hadOpen = overlay.transactions.open.length > 0
  if (!overlay.isTransportLost)
    world.count(hadOpen ? 'transport lost: busy' : 'transport lost: idle')
  world.play({ kind: 'lost', family })
  if (isBack) reopenTransport(which, world)
  else if (which % 3 === 0) world.play({ kind: 'lost', family })
  if (which % 5 === 0) world.play({ kind: 'reopened', local })
}

export function reopenTransport(which: number, world: World): void {
  const families = [...world.model.families.values()]
  const { isTransportLost: isAway, local } = families[which % families.length]!.overlay
  const port = which % 2 === 0 ? local.port : 1 + (local.port % 65_535)
  world.play({ kind: 'reopened', local: endpoint(local.address, port) })
  if (isAway) world.count(`transport reopened: ${port === local.port ? 'same' : 'other'} port`)
}

export function restore(whom: readonly Who[], world: World): void {
  const contacts = whom.map((who) => world.peer(who).contact)
  const { core, model } = world
  const taken = core.restore(contacts)
  if (taken !== model.restore(contacts)) throw new Error(`META-1: ${taken} were taken`)
  world.count(taken > 0 ? 'restore: some' : 'restore: none')
  world.look()
}
