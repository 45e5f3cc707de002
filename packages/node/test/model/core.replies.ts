// What comes back for the queries of a core: every reaction of the queried node, of third parties
// and of liars, in time and late; and responses of honest nodes.

import { idFromBytes } from '@dht/id'
import {
  compactContacts,
  compactEndpoint,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Family,
  type Response,
} from '@dht/krpc'
import { itemIn, type Returning } from './core.item-replies.ts'
import { send } from './core.targets.ts'
import { SEEN_AT, type Who, type World } from './core.world.ts'
import { numberOf } from './core-peer.ts'

export type Reaction =
  | 'valid'
  | 'other id'
  | 'our id'
  | 'error'
  | 'garbage'
  | 'other address'
  | 'other transaction'
  | 'same-transaction query'
  | 'late'

/** The codes of errors. Those of puts come first. */
const CODES = [302, 301, 201, 203]

/** Addresses that no node can have. */
const NOWHERE: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('0.0.0.0', 1),
  6: endpoint('ff02::1', 1),
}

export interface Replying {
  readonly which: number
  readonly reaction: Reaction
  readonly who: Who
  readonly named: readonly Who[]
  readonly lies: number
  readonly values: number
  readonly hasToken: boolean
  /** What a response to a get returns. */
  readonly item: Returning
}

/** What nodes do with gets and puts, by the number of their response. */
export interface ItemHabit {
  returning(time: number): Returning
  /** The code of the error that a put gets; undefined: it is accepted. */
  refusal(time: number): number | undefined
}

/** A node reacts to an open query, or to one that has ended. */
export function reply(replying: Replying, world: World): void {
  const { which, reaction } = replying
  const open = openOf(world)
  const one = open[open.length - 1 - (which % open.length)]
  const old = world.ended[world.ended.length - 1 - (which % world.ended.length)]
  const meant =
    reaction === 'late' ? old : one && { id: one.ids[which % one.ids.length]!, to: one.asked.to }
  if (meant === undefined) return
  world.count(`reaction: ${reaction}`)
  if (reaction !== 'late') {
    world.count(`reaction to ${one!.query.method}`)
    if (meant.id !== one!.asked.transactionId) world.count('answer to the second sending')
    else if (one!.ids.length > 1) world.count('answer to the first sending after a stall')
    if (world.now >= one!.asked.expireAt) world.count('answer after its time, before a wake')
  }
  const speaker = (reaction === 'late' ? undefined : one!.whom) ?? world.peer(replying.who).id
  const head = { kind: 'response', transactionId: meant.id, id: speaker } as const
  const ip = ipOf(replying, meant.to, world)
  const query = reaction === 'late' ? undefined : one?.query
  const body = { ...bodyOf(replying, world), ...itemIn(query, replying.item, world) }
  react(replying, { ...head, ...body, ip }, meant.to, world)
}

/** A response to an expired query: of the queried node or, one time in four, of another node. */
export function replyAfterExpiry(replying: Replying, world: World): void {
  const { which, values } = replying
  const all = [...world.model.families.values()].flatMap(({ overlay }) =>
    overlay.transactions.expired.map(({ asked }) => ({ asked, overlay })),
  )
  const one = all[which % all.length]
  if (one === undefined) return
  world.count('reaction: after expiry')
  const { asked, overlay } = one
  const ids = overlay.transactions.idsOf(asked)
  const transactionId = ids[which % ids.length]!
  const whom = which % 4 === 3 ? undefined : overlay.expired.get(asked)
  const { id } = whom ?? world.peer(replying.who)
  if (values === 1) {
    send({ kind: 'error', transactionId, code: 201, text: 'no' }, asked.to, world)
    return
  }
  const response = { kind: 'response', transactionId, id, ...bodyOf(replying, world) } as const
  send(response, asked.to, world)
}

/** The open queries, with the queried node if it is known. */
function openOf(world: World) {
  return [...world.model.families.values()].flatMap(({ overlay }) =>
    overlay.transactions.open.map((asked) => {
      const { query, observer } = overlay.open.get(asked)!
      return { asked, query, whom: observer.asked?.id, ids: overlay.transactions.idsOf(asked) }
    }),
  )
}

function react(replying: Replying, response: Response, to: Endpoint, world: World): void {
  const other = world.peer(replying.who)
  const { transactionId, ip } = response
  const { network } = world.model.config
  switch (replying.reaction) {
    case 'valid':
    case 'late':
      send(response, to, world)
      break
    case 'other id':
      send({ ...response, id: other.id }, to, world)
      break
    case 'our id':
      send({ ...response, id: world.model.selfId }, to, world)
      break
    case 'error':
      send(
        {
          kind: 'error',
          transactionId,
          code: CODES[replying.values % CODES.length]!,
          text: 'no',
          ip,
        },
        to,
        world,
      )
      break
    case 'garbage':
      // An id of another width: not a message of this network, but its transaction id is readable.
      world.play({
        kind: 'receive',
        bytes: encodeMessage(
          { kind: 'response', transactionId, id: idFromBytes(response.id.slice(1)) },
          { ...network, idLength: network.idLength - 1 },
        ),
        from: to,
      })
      break
    case 'other address':
      send(response, other.contact.endpoint, world)
      break
    case 'other transaction':
      send({ ...response, transactionId: transactionId.map((byte) => byte ^ 1) }, to, world)
      break
    case 'same-transaction query':
      send(
        { kind: 'query', method: 'ping', transactionId, id: other.id, readOnly: true },
        to,
        world,
      )
      break
  }
}

function bodyOf({ named, lies, values, hasToken }: Replying, world: World): Partial<Response> {
  const peers = named.map((who) => world.peer(who).contact)
  const lists = ([4, 6] as const).map((family) =>
    compactContacts(peers.filter(({ endpoint }) => endpoint.family === family)),
  )
  const [nodes, nodes6] = lists as [Uint8Array, Uint8Array]
  const found = Array.from({ length: values }, (_, n) =>
    compactEndpoint(world.placeOf(n + lies, n % 3 === 2 ? 6 : 4)),
  )
  return {
    nodes: (lies & 1) > 0 ? withNonsense(nodes, world) : nodes,
    ...(nodes6.length > 0 && { nodes6 }),
    ...(values > 0 && { values: found }),
    ...(hasToken && { token: Uint8Array.of(9, lies) }),
  }
}

/** The value of `ip`: the truth, nothing, a lie, or an address that no node can have. */
function ipOf({ which }: Replying, { family }: Endpoint, world: World): Endpoint | undefined {
  const [truth, lie, nonsense] = [SEEN_AT[family], world.placeOf(which, family), NOWHERE[family]]
  return [truth, truth, truth, undefined, lie, nonsense][which % 6]
}

/** Contacts that must not be used: port 0, loopback, ourselves, addresses that are not unicast. */
function withNonsense(nodes: Uint8Array, world: World): Uint8Array {
  const { selfId, config } = world.model
  const far = world.idAt(3, 1)
  const bad = [
    [...far, 20, 0, 1, 1, 0, 0],
    [...far, 127, 0, 0, 1, 9, 9],
    [...far, 0, 0, 0, 0, 9, 9],
    [...far, 255, 255, 255, 255, 9, 9],
    [...selfId, 20, 0, 9, 1, 9, 9],
    [...far, 10, 0, 0, 1, 3739 >> 8, 3739 & 255],
  ]
  world.count(`lies in ${config.network.name}`)
  return Uint8Array.from([...bad.flat(), ...nodes])
}

/** Nodes that know each other respond to the first open queries: honestly, without a habit. */
export function converse(times: number, values: number, world: World, habit?: ItemHabit): void {
  for (let time = 0; time < times; time++) {
    const parts = [...world.model.families.values()].find(({ overlay }) => overlay.open.size > 0)
    const asked = parts?.overlay.transactions.open[0]
    if (parts === undefined || asked === undefined) return
    const { query, observer } = parts.overlay.open.get(asked)!
    const place = asked.to
    const local = world.neighboursOf(parts.overlay.family)
    const here = local.find(({ contact }) => contact.endpoint.address === place.address)
    const { k } = world.model.config
    const target = 'target' in query ? numberOf(query.target) : 0n
    const nearest = [...local].sort((a, b) => ((a.value ^ target) < (b.value ^ target) ? -1 : 1))
    const nodes = compactContacts(nearest.slice(0, k).map(({ contact }) => contact))
    const found = query.method === 'get_peers' && values > 0
    const givesToken = query.method === 'get_peers' || query.method === 'get'
    const { transactionId } = asked
    const code = query.method === 'put' ? habit?.refusal(time) : undefined
    if (code !== undefined) {
      send({ kind: 'error', transactionId, code, text: 'no' }, place, world)
      continue
    }
    send(
      {
        kind: 'response',
        transactionId,
        id: observer.asked?.id ?? here?.id ?? local[0]!.id,
        ...(parts.overlay.family === 4 ? { nodes } : { nodes6: nodes }),
        ...(givesToken && { token: Uint8Array.of(7, time % 256) }),
        ...itemIn(query, habit?.returning(time), world),
        ...(found && { values: [compactEndpoint(world.placeOf(time, parts.overlay.family))] }),
        ip: SEEN_AT[parts.overlay.family],
      },
      place,
      world,
    )
    world.count('honest answer')
  }
}
