// Queries that a core receives: every method with everything that can be right or wrong with it,
// tokens of every age from the right and the wrong address, and bytes that are not a message.

import { type Endpoint, encodeMessage, endpoint, type Query } from '@dht/krpc'
import { send, type Target, targetOf } from './core.targets.ts'
import type { Who, World } from './core.world.ts'
import type { Peer } from './core-peer.ts'
import type { Given } from './core-responder.model.ts'

export type Method =
  | 'ping'
  | 'find_node'
  | 'get_peers'
  | 'announce_peer'
  | 'withdraw_peer'
  | 'unknown'

export interface IncomingQuery {
  readonly who: Who
  readonly method: Method
  readonly target: Target
  readonly port: number
  readonly token: number
  readonly want: number
  readonly flags: number
}

/** A query, with a token that fits nothing unless it does by chance. */
export function ask(asking: IncomingQuery, world: World): void {
  const who = world.peer(asking.who)
  send(queryOf(asking, who, world), who.contact.endpoint, world)
  world.count(`query: ${asking.method}`)
  world.count(`query from: ${asking.who.of}`)
}

function queryOf(asking: IncomingQuery, { id }: Peer, world: World): Query {
  const { method, port, want: n, flags } = asking
  const want = n < 4 ? { n4: (n & 1) > 0, n6: (n & 2) > 0 } : undefined
  const token = new Uint8Array([1, 2, 3, 4, 5, 6, 7, asking.token % 256])
  const isKnown = world.model.config.network.name === 'dht256' || method !== 'withdraw_peer'
  const query = {
    kind: 'query',
    method: isKnown ? method : 'unknown',
    transactionId: Uint8Array.of(flags, n, port % 256),
    id,
    readOnly: flags % 5 === 4,
    target: targetOf(asking.target, world),
    want,
    name: isKnown ? 'new_one' : method,
    port: 1 + (port % 9),
    impliedPort: flags % 3 === 2,
    seed: port % 3 === 1,
    noseed: flags % 4 === 1,
    scrape: flags % 2 === 1,
    token,
  }
  return query as unknown as Query
}

/**
 * Announces with a token that was given, after some rotations: from the address that it was given
 * to, or from another.
 */
export function announce(
  asking: IncomingQuery,
  { rotations, isForeign }: { readonly rotations: number; readonly isForeign: boolean },
  world: World,
): void {
  const { responder, config } = world.model
  const families = [...world.model.families.keys()]
  const usable = responder.given.filter(({ address }) =>
    families.includes(address.includes(':') ? 6 : 4),
  )
  const one = usable[usable.length - 1 - ((asking.token >> 2) % usable.length)]
  if (one === undefined) return
  world.now += rotations * config.tokenRotateMs
  world.look()
  const who = world.peer(asking.who)
  const port = asking.port % 4 === 3 ? 4_000 + (asking.port % 3) : one.port
  const from = isForeign ? who.contact.endpoint : endpoint(one.address, port)
  const query = queryOf({ ...asking, method: 'announce_peer' }, who, world)
  const epoch = Math.max(responder.epoch, Math.floor(world.now / config.tokenRotateMs))
  send({ ...query, ...shown(one, world) } as Query, from, world)
  const age = Math.min(2, epoch - one.epoch)
  const isRight = responder.isBearer(one, from)
  world.count(`token: ${age} rotations old, ${isRight ? 'right' : 'wrong'} address`)
}

/**
 * A token is requested and presented, with the same port again or with another; by another sender
 * that got a token when there was one peer less; and by a sender that it was not given to.
 */
export function acquaint(asking: IncomingQuery, ports: readonly number[], world: World): void {
  const who = world.peer(asking.who)
  const { endpoint: own } = who.contact
  const rival = world.placeOf(asking.port + 50, own.family)
  for (const place of [own, rival]) {
    send(queryOf({ ...asking, method: 'get_peers' }, who, world), place, world)
  }
  const { responder } = world.model
  const tokenOf = (from: Endpoint): Given | undefined =>
    responder.given.findLast((each) => responder.isBearer(each, from))
  const show = (port: number, from: Endpoint, one: Given | undefined): void => {
    if (one === undefined) return
    const query = queryOf({ ...asking, method: 'announce_peer', port, flags: 0 }, who, world)
    send({ ...query, ...shown(one, world) } as Query, from, world)
    const isRight = responder.isBearer(one, from)
    world.count(`token: 0 rotations old, ${isRight ? 'right' : 'wrong'} address`)
  }
  for (const port of ports) show(port, own, tokenOf(own))
  show(0, rival, tokenOf(rival))
  if (asking.flags % 3 === 0) show(0, own, tokenOf(rival))
  if (asking.flags % 4 === 0) return
  // Each withdraws what it announced, and then what the other announced.
  const withdrawal = queryOf({ ...asking, method: 'withdraw_peer', flags: 0 }, who, world)
  for (const [from, bearer] of [
    [rival, own],
    [own, own],
    [own, own],
  ] as const) {
    const one = tokenOf(bearer)
    if (one !== undefined) send({ ...withdrawal, ...shown(one, world) } as Query, from, world)
  }
}

const shown = ({ token, target }: Given, { model }: World): object => ({
  token,
  target: model.idOf(target),
})

/** One source sends queries until it gets no more replies, or no source gets any. */
export function flood(asking: IncomingQuery, others: number, world: World): void {
  const who = world.peer(asking.who)
  const { address, family } = who.contact.endpoint
  const places = [4_000, 4_001, 4_000, 4_002].map((port) => endpoint(address, port))
  const rest = Array.from({ length: others }, (_, n) => world.placeOf(n, family))
  const before = world.model.counters.queriesLimited
  for (const from of [...places, ...rest]) {
    send(queryOf({ ...asking, method: 'find_node', flags: 4 }, who, world), from, world)
  }
  if (world.model.counters.queriesLimited > before) world.count('limited')
}

/** Bytes that are not a message, or a query that gets an error message. */
export function garbage(n: number, who: Who, world: World): void {
  const { idLength, key } = world.model.config.network
  const text = (s: string): number[] => [...s].map((c) => c.charCodeAt(0))
  const id = [...text(`2:id${idLength}:`), ...world.peer(who).id]
  const network = key === undefined ? '' : `1:n${key.length}:${key}`
  const forms = [
    [...text('d1:ad'), ...id, ...text(`e${network}1:q7:new_one1:t2:aa1:y1:qe`)],
    [...text('d1:ad'), ...id, ...text(`e${network}1:q9:find_node1:t2:aa1:y1:qe`)],
    [...text(`d1:ad2:id3:abce${network}1:q4:ping1:t2:aa1:y1:qe`)],
    [...text(`d1:ade${network}1:q4:ping1:t2:aa1:y1:qe`)],
    [...text('d1:ad'), ...id, ...text(`e${network}1:q4:ping1:y1:qe`)],
    [...text('d1:y1:q1:t2:aa'), 0, 255, 1],
    [1, 2, 3],
    text('d1:rd2:id3:abce1:t4:zzzz1:y1:re'),
  ]
  const bytes = Uint8Array.from(forms[n % forms.length]!)
  world.play({ kind: 'receive', bytes, from: world.peer(who).contact.endpoint })
  world.count(`garbage: ${n % forms.length}`)
}

/** From an endpoint that no datagram can come from, or of a family without a socket. */
export function stray(who: Who, world: World): void {
  const { network } = world.model.config
  const { id } = world.peer(who)
  const bytes = encodeMessage(
    { kind: 'query', method: 'ping', transactionId: Uint8Array.of(1), id, readOnly: false },
    network,
  )
  const other = world.setup.locals.length > 1 ? undefined : world.setup.locals[0]!.family
  const from =
    other === undefined || who.n % 2 === 0
      ? { ...world.placeOf(who.n, world.familyOf(false)), port: 0 }
      : world.placeOf(who.n, other === 4 ? 6 : 4)
  if (world.play({ kind: 'receive', bytes, from }).length > 0) throw new Error('NET-57: heard')
  world.count(from.port === 0 ? 'from port 0' : 'from another family')
}
