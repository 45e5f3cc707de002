// Messages can be handed over without encoding: nodes that receive each other's messages do the
// same as nodes that receive bytes.

import { idFromBytes, randomId } from '@dht/id'
import {
  dht256,
  type Endpoint,
  endpoint,
  formatEndpoint,
  type Network,
  sameEndpoint,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import type { Effect, UnencodedTransmit } from '../../../src/core/effect.ts'
import { NodeCore } from '../../../src/core/node-core.ts'

const COUNT = 12

/** A core as in the simulator, which encodes a message when its bytes are read. */
const lazy = <T>(init: T): T & { readonly isLazy: true } => ({ ...init, isLazy: true })
const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** How a datagram is passed from one core to another. */
type Carry = (
  to: NodeCore,
  datagram: UnencodedTransmit,
  from: Endpoint,
  now: number,
) => readonly Effect[]

const asBytes: Carry = (to, { bytes }, from, now) => to.receive(bytes.slice(), from, now)
const asMessage: Carry = (to, datagram, from, now) => to.receiveMessage(datagram, from, now)

/**
 * All join, some announce the same identity, all look it up. Returns everything that is sent or
 * settled.
 */
function life(carry: Carry): string[] {
  const told: string[] = []
  const nodes = Array.from({ length: COUNT }, (_, n) => {
    const local = endpoint(`20.0.${n}.1`, 4000)
    const random = seededRandom(n + 1)
    const core = new NodeCore(lazy({ id: randomId(32, random), random }), {
      k: 3,
      bucketWidths: [],
    })
    core.bound(local)
    return { core, local }
  })
  const [first] = nodes as [(typeof nodes)[number]]
  let now = 0
  const carryOut = (effects: readonly Effect[], from: Endpoint): void => {
    for (const effect of effects) {
      if (effect.kind !== 'send') told.push(JSON.stringify(effect))
      else {
        told.push(`${formatEndpoint(from)} ${String(effect.bytes)} ${effect.size}`)
        const node = nodes.find(({ local }) => sameEndpoint(local, effect.endpoint))
        if (node !== undefined)
          carryOut(carry(node.core, effect as UnencodedTransmit, from, now), node.local)
      }
    }
  }
  for (const [n, { core, local }] of nodes.entries()) {
    now += 1_000
    const operations = [
      { kind: 'bootstrap', endpoints: [first.local], routers: [] },
      { kind: 'join', operationId: 1 },
      ...(n % 3 === 0 ? [{ kind: 'enter', operationId: 2, target, port: n + 1 } as const] : []),
      { kind: 'lookup', operationId: 3, target, mode: 'all' },
    ] as const
    for (const request of operations) carryOut(core.start(request, now), local)
  }
  for (let minute = 0; minute < 60; minute++) {
    now += 60_000
    for (const { core, local } of nodes) carryOut(core.handleTimeout(now), local)
  }
  const infos = nodes.map(({ core }) => JSON.stringify(core.info(now)))
  return [...told, ...infos]
}

it('NET-50: messages and bytes have the same effects, datagram for datagram', () => {
  const told = life(asBytes)
  expect(told.length).toBeGreaterThan(1_000)
  expect(told.some((line) => line.includes('"found"'))).toBe(true)
  expect(life(asMessage)).toEqual(told)
})

/** A core at an address of its own. */
function coreAt(local: Endpoint, network: Network = dht256): NodeCore {
  const random = seededRandom(local.port)
  const core = new NodeCore(lazy({ id: randomId(network.idLength, random), random }), { network })
  core.bound(local)
  return core
}

/** The only datagram among these effects. */
function datagramOf(effects: readonly Effect[]): UnencodedTransmit {
  const [datagram, ...others] = effects.filter((effect) => effect.kind === 'send')
  expect(others).toEqual([])
  return datagram as UnencodedTransmit
}

const [here, there] = [endpoint('20.0.0.1', 1), endpoint('20.0.0.2', 2)]

it('NET-50: a message that is handed over is not encoded', () => {
  const [one, other] = [coreAt(here), coreAt(there)]
  const { message, size, network } = datagramOf(
    one.start({ kind: 'ping', operationId: 1, to: there }, 0),
  )
  const closed: Omit<UnencodedTransmit, 'kind'> = {
    message,
    size,
    network,
    endpoint: there,
    get bytes(): never {
      throw new Error('bytes were made')
    },
  }
  expect(other.receiveMessage(closed, here, 0)).not.toEqual([])
  expect(other.info(0).counters).toMatchObject({ datagramsReceived: 1, bytesReceived: size })
})

it('NET-50: an error message is handed over as a message, too', () => {
  const [one, other] = [coreAt(here), coreAt(there)]
  const token = new Uint8Array(8)
  const store = { kind: 'store', operationId: 1, to: there, target, port: 80, token } as const
  const refusal = datagramOf(
    other.receiveMessage(datagramOf(one.start(store, 0)), here, 0).slice(0, 1),
  )
  expect(refusal.message).toMatchObject({ kind: 'error', code: 203 })
  const outcome = { kind: 'refused', code: 203 }
  expect(one.receiveMessage(refusal, there, 0)).toMatchObject([{ kind: 'settle', outcome }])
})

it('NET-50: a message of another network is ignored', () => {
  const [one, other] = [coreAt(here), coreAt(there, { ...dht256, key: 'other' })]
  const ping = datagramOf(one.start({ kind: 'ping', operationId: 1, to: there }, 0))
  expect(other.receiveMessage(ping, here, 0)).toEqual(other.receive(ping.bytes, here, 0))
  expect(other.info(0).counters).toMatchObject({
    datagramsMalformed: 2,
    queriesReceived: { ping: 0 },
  })
})
