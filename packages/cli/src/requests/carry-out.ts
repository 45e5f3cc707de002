// Carries a request out by a node: that of the command itself, or one that runs and was asked over
// its socket.

import { performance } from 'node:perf_hooks'
import {
  type AnnounceOptions,
  type DhtNode,
  formatEndpoint,
  type ItemToPut,
  type OnLookupStep,
  type PutOptions,
} from '@dht/node'
import { CommandFailure } from '../exit.ts'
import { type AsJson, asJson } from '../output/json.ts'
import type {
  HowToAnnounce,
  Op,
  PartOf,
  RequestOf,
  ResultOf,
  SignedItem,
  StepPart,
} from './request.ts'

export interface How<O extends Op> {
  /** Ends the operation, and what it keeps announced or stored. */
  readonly signal: AbortSignal
  /** Called with each part. The next one waits until it resolves. */
  readonly tell: (part: PartOf<O>) => void | Promise<void>
}

type Carrier<O extends Op> = (
  node: DhtNode,
  request: RequestOf<O>,
  how: How<O>,
) => Promise<ResultOf<O>>

const CARRIERS: { readonly [O in Op]: Carrier<O> } = {
  info: async (node) => asJson(node.info()),
  watch,
  sample: async (node, { limit = Number.POSITIVE_INFINITY }, { signal, tell }) => {
    let told = 0
    for await (const sample of node.sampleInfohashes({ signal })) {
      await tell(sample)
      told += 1
      if (told >= limit) break
    }
  },
  lookup: async (node, { id, mode, trace }, { signal, tell }) => {
    const steps = stepTeller(tell)
    const lookup = node.getPeers(id, { mode, signal, ...(trace && { trace, onStep: steps.take }) })
    for await (const endpoint of lookup) await tell({ kind: 'found', endpoint })
    await steps.told()
    return asJson(await lookup)
  },
  closest: async (node, { id, trace }, { signal, tell }) => {
    const steps = stepTeller(tell)
    const result = await node.closest(id, {
      signal,
      ...(trace && { trace, onStep: steps.take }),
    })
    await steps.told()
    return asJson(result)
  },
  scrape: (node, { id }, { signal }) => node.scrape(id, { signal }),
  ping: async (node, { endpoint }, { signal }) => {
    if (node.endpoints.some((own) => formatEndpoint(own) === endpoint)) {
      throw new CommandFailure('that is the node which would send the ping: see --standalone')
    }
    const sentAt = performance.now()
    const contact = await node.ping(endpoint, { signal })
    return { contact, roundTripMs: Number((performance.now() - sentAt).toFixed(1)) }
  },
  get: async (node, { key, salt }, { signal }) => {
    if (!PUBLIC_KEY.test(key)) {
      return asJson(await node.get(key, { signal, ...(salt !== undefined && { salt }) }))
    }
    const named = { publicKey: key, ...(salt !== undefined && { salt }) }
    return asJson(await node.get(named, { signal }))
  },
  announce: (node, { id, ...how }, { signal, tell }) =>
    tellAll(node.announce(id, { ...announceOptions(how), signal }), tell),
  'announce-once': async (node, { id, ...how }, { signal }) =>
    asJson(await node.announceOnce(id, { ...announceOptions(how), signal })),
  put: (node, item, { signal, tell }) =>
    tellAll(node.put(itemToPut(item), { ...putOptions(item), signal }), tell),
  'put-once': async (node, item, { signal }) =>
    asJson(await node.put(itemToPut(item), { ...putOptions(item), renew: false, signal })),
}

/** Of Mainline, where ids have 20 bytes. */
const PUBLIC_KEY = /^[\da-f]{64}$/i

/**
 * @returns when the operation has ended, one that goes on when the signal is aborted
 * @throws what the call of the node throws
 */
export function carryOut<O extends Op>(
  node: DhtNode,
  request: RequestOf<O>,
  how: How<O>,
): Promise<ResultOf<O>> {
  const carrier: Carrier<O> = CARRIERS[request.op as O]
  return carrier(node, request, how)
}

async function tellAll<T>(
  parts: AsyncIterable<T>,
  tell: (part: AsJson<T>) => void | Promise<void>,
): Promise<undefined> {
  for await (const part of parts) await tell(asJson(part))
}

/** Tells steps in their order. Those that wait for a slow reader are bounded as the lookup is. */
function stepTeller(tell: (part: StepPart) => void | Promise<void>): {
  readonly take: OnLookupStep
  readonly told: () => Promise<void>
} {
  let last: Promise<void> = Promise.resolve()
  return {
    take: (lookup, step) => {
      last = last.then(() => tell({ kind: 'step', lookup, step }))
    },
    told: () => last,
  }
}

async function watch(
  node: DhtNode,
  _: unknown,
  { signal, tell }: How<'watch'>,
): Promise<undefined> {
  const events = node.events()
  signal.addEventListener('abort', () => void events.return?.(), { once: true })
  for await (const event of events) {
    await tell(asJson({ at: new Date().toISOString(), ...event }))
  }
}

function announceOptions({ port, seed, impliedPort }: HowToAnnounce): AnnounceOptions {
  return { seed, impliedPort, ...(port !== undefined && { port }) }
}

function itemToPut({ encoded, signed }: SignedItem): ItemToPut {
  return { encoded, ...signed }
}

function putOptions({ cas }: SignedItem): PutOptions {
  return cas === undefined ? {} : { cas }
}
