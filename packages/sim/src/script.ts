// A run as plain data: a seed and a list of actions, which can be saved, replayed and shrunk. An
// action names its host by a natural number, which selects one of the hosts that the action is
// possible on. So every list of actions is valid, also after some actions were left out.

import { contentId, type Id } from '@dht/id'
import type { CoreOptions, LookupMode, Outcome } from '@dht/node/core'
import { ADVERSARIES } from './adversaries/adversaries.ts'
import type { Adversary } from './adversaries/adversary.ts'
import type { Chance } from './chance.ts'
import type { Host } from './host/host.ts'
import type { HostOptions } from './host/host-options.ts'
import type { GatewayKind } from './network/gateway.ts'
import { LATENCIES, type LatencyName } from './network/latency/latencies.ts'
import { type Latency, uniformLatency } from './network/latency/latency.ts'
import type { LinkOptions } from './network/network-options.ts'
import { World } from './world.ts'

/** What the network does, as plain data. */
export interface Faults {
  /** Latency by name. Default: unchanged; at first that of `NETWORK_DEFAULTS`. */
  readonly latency?: LatencyName
  /** In place of `latency`: a uniform delay from `leastMs` to `mostMs`, one way. */
  readonly leastMs?: number
  readonly mostMs?: number
  readonly loss?: number
  readonly duplication?: number
  readonly corruption?: number
  readonly mtu?: number
}

/** `host` and `key` are any natural numbers. They select a host and an identity. */
export type Action =
  | {
      readonly kind: 'join'
      readonly through: number
      readonly gateway?: GatewayKind
      readonly driftPpm?: number
      readonly offsetMs?: number
    }
  /** Adds one of `ADVERSARIES`. With a key, its id is next to that identity. */
  | { readonly kind: 'adversary'; readonly which: number; readonly key?: number }
  | { readonly kind: 'crash' | 'close' | 'suspend' | 'resume'; readonly host: number }
  | { readonly kind: 'restart'; readonly host: number; readonly remembers: boolean }
  | { readonly kind: 'enter'; readonly host: number; readonly key: number; readonly port: number }
  | { readonly kind: 'delete'; readonly host: number; readonly key: number }
  | {
      readonly kind: 'lookup'
      readonly host: number
      readonly key: number
      /** When the lookup ends. Default `quick`: the node's default. */
      readonly mode?: LookupMode
    }
  | { readonly kind: 'closest'; readonly host: number; readonly key: number }
  /** Cuts the hosts whose number is a multiple of `modulus` off from the others. */
  | { readonly kind: 'partition'; readonly modulus: number }
  | { readonly kind: 'heal' }
  | ({ readonly kind: 'network' } & Faults)
  | { readonly kind: 'inject'; readonly host: number; readonly bytes: readonly number[] }
  | { readonly kind: 'advance'; readonly ms: number }

export interface Script {
  readonly seed: number
  readonly nodes: number
  readonly core?: CoreOptions
  readonly shuffle?: boolean
  /** As {@link WorldOptions.encoded}. */
  readonly encoded?: boolean
  readonly actions: readonly Action[]
}

/** An operation that a script started, and its outcome. */
export interface ScriptRequest {
  readonly host: number
  readonly action: Action
  readonly at: number
  outcome: Outcome | undefined
}

type Kind = Action['kind']

/** Actions on one host. */
type HostAction = Extract<Action, { readonly host: number }>

/** Actions on the world. */
type WorldAction = Exclude<Action, HostAction>

export class ScriptRun {
  readonly world: World
  readonly operations: ScriptRequest[] = []
  readonly #chance: Chance
  readonly #heals: (() => void)[] = []

  /**
   * @param prepare - called with the world before anything happens, to add checkers or a transcript
   */
  constructor(script: Script, prepare: (world: World) => void = () => {}) {
    const { seed, nodes, core = {}, shuffle = false, encoded = true } = script
    this.world = new World({ seed, core, shuffle, encoded })
    this.#chance = this.world.chance.branch('script')
    prepare(this.world)
    this.world.grow(nodes)
    for (const action of script.actions) this.#perform(action)
  }

  #perform(action: Action): void {
    if (action.kind !== 'advance') this.world.note(JSON.stringify(action))
    if (!('host' in action)) {
      this.#performOnWorld(action)
      return
    }
    const able = this.world.hosts.filter((host) => isPossible(host, action.kind))
    const host = able[action.host % Math.max(1, able.length)]
    if (host !== undefined) this.#performOnHost(action, host)
  }

  #performOnWorld(action: WorldAction): void {
    const { world } = this
    switch (action.kind) {
      case 'join':
        world
          .addHost(hostOptions(action))
          .start({ bootstrap: world.someEndpoints(action.through, this.#chance) })
        break
      case 'adversary':
        this.#addAdversary(action)
        break
      case 'partition':
        this.#cut(action.modulus)
        break
      case 'heal':
        this.#heals.pop()?.()
        break
      case 'network':
        world.network.set(linkOptions(action))
        break
      case 'advance':
        world.advance(action.ms)
        break
    }
  }

  #performOnHost(action: HostAction, host: Host): void {
    switch (action.kind) {
      case 'crash':
      case 'close':
      case 'suspend':
      case 'resume':
        host[action.kind]()
        break
      case 'restart':
        host.start({
          remembers: action.remembers,
          bootstrap: this.world.someEndpoints(1, this.#chance),
        })
        break
      case 'inject':
        this.#inject(Uint8Array.from(action.bytes), host)
        break
      case 'delete':
        host.execute({ kind: 'delete', target: keyId(action.key) })
        break
      case 'enter':
      case 'lookup':
      case 'closest':
        this.#request(action, host)
        break
    }
  }

  #request(action: Extract<Action, { kind: 'enter' | 'lookup' | 'closest' }>, host: Host): void {
    const request: ScriptRequest = {
      action,
      host: host.number,
      at: this.world.now,
      outcome: undefined,
    }
    this.operations.push(request)
    const settled = (outcome: Outcome): void => {
      request.outcome = outcome
    }
    const target = keyId(action.key)
    if (action.kind === 'enter')
      host.request({ kind: 'enter', target, port: action.port }, { settled })
    else if (action.kind === 'closest') host.request({ kind: 'closest', target }, { settled })
    else host.request({ kind: 'lookup', target, mode: action.mode ?? 'quick' }, { settled })
  }

  #addAdversary({ which, key }: Extract<Action, { kind: 'adversary' }>): void {
    const host = this.world.addHost()
    const adversary = ADVERSARIES[which % ADVERSARIES.length] as Adversary
    const chance = host.chance.branch('enemy')
    const aimed = key === undefined ? {} : { aim: keyId(key) }
    host.run(adversary.createProcess(host, this.world, { chance, ...aimed }))
  }

  /** Ends all partitions. */
  heal(): void {
    for (const heal of this.#heals.splice(0)) heal()
  }

  #cut(modulus: number): void {
    const isOdd = ({ number }: Host): boolean => number % Math.max(2, modulus) === 0
    const { hosts, network } = this.world
    const sides = [hosts.filter(isOdd), hosts.filter((host) => !isOdd(host))]
    this.#heals.push(network.partition(sides))
  }

  /** Injects bytes as if another host had sent them. */
  #inject(bytes: Uint8Array, host: Host): void {
    const from = this.world.someEndpoints(1, this.#chance)[0] ?? host.endpoint
    this.world.network.inject({ bytes, from, to: host.endpoint })
  }
}

/** The identity that a number stands for. */
export function keyId(key: number): Id {
  return contentId(Uint8Array.of(key & 255, (key >> 8) & 255))
}

/** Whether an action is possible on a host. */
function isPossible({ state, core }: Host, kind: Kind): boolean {
  switch (kind) {
    case 'resume':
      return state === 'suspended'
    case 'restart':
      return state === 'crashed' || state === 'closed'
    case 'crash':
    case 'close':
      return state === 'running' || state === 'suspended'
    case 'inject':
      return true
    case 'suspend':
      return state === 'running'
    default:
      return state === 'running' && core !== undefined
  }
}

function hostOptions(action: Extract<Action, { kind: 'join' }>): HostOptions {
  const { gateway, driftPpm = 0, offsetMs = 0 } = action
  return {
    clock: { driftPpm, offsetMs },
    ...(gateway !== undefined && { gateway: { kind: gateway } }),
  }
}

function linkOptions(faults: Faults): LinkOptions {
  const { loss, duplication, corruption, mtu } = faults
  const latency = latencyOf(faults)
  return {
    ...(latency !== undefined && { latency }),
    ...(loss !== undefined && { loss }),
    ...(duplication !== undefined && { duplication }),
    ...(corruption !== undefined && { corruption }),
    ...(mtu !== undefined && { mtu }),
  }
}

function latencyOf({ latency, leastMs, mostMs }: Faults): Latency | undefined {
  if (leastMs === undefined && mostMs === undefined) return latency && LATENCIES[latency]
  const least = leastMs ?? 10
  return uniformLatency(least, Math.max(least, mostMs ?? 40))
}

const FAULTS = [
  'loss',
  'duplication',
  'corruption',
  'mtu',
  'leastMs',
  'mostMs',
  'latency',
] as const satisfies readonly (keyof Faults)[]

/** Simpler forms of an action for shrinking, the simplest first. */
export function simplerActions(action: Action): readonly Action[] {
  switch (action.kind) {
    case 'advance':
      return [1_000, 60_000, 3_600_000]
        .filter((ms) => ms < action.ms)
        .map((ms) => ({ kind: 'advance', ms }))
    case 'network':
      return FAULTS.filter((name) => action[name] !== undefined).map((name) => {
        const { [name]: _left, ...others } = action
        return others
      })
    default:
      return 'host' in action && action.host > 0 ? [{ ...action, host: 0 }] : []
  }
}
