// A run as plain data: a seed and a list of actions, which can be saved, replayed and shrunk. An
// action names its host by a natural number, which selects one of the hosts that the action is
// possible on. So every list of actions is valid, also after some actions were left out.

import { contentId, type Id, idFromBytes } from '@dht/id'
import { dht256, type Network } from '@dht/krpc'
import type { CoreOptions, LookupMode, Outcome } from '@dht/node/core'
import { ADVERSARIES } from './adversaries/adversaries.ts'
import type { Adversary } from './adversaries/adversary.ts'
import type { Chance } from './chance.ts'
import type { Request } from './host/core-process.ts'
import type { Host } from './host/host.ts'
import type { HostOptions } from './host/host-options.ts'
import type { GatewayKind } from './network/gateway.ts'
import { FAULTS, type Faults, linkOptions } from './script-faults.ts'
import { type ItemAction, itemRequest } from './script-items.ts'
import { World } from './world.ts'

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
  /** Items of BEP 44, which only networks with the methods `put` and `get` have. */
  | ItemAction
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
        host.execute({ kind: 'delete', target: this.#target(action.key) })
        break
      case 'enter':
      case 'lookup':
      case 'closest':
      case 'put':
      case 'get':
        this.#request(action, host)
        break
    }
  }

  #request(
    action: Extract<Action, { kind: 'enter' | 'lookup' | 'closest' | 'put' | 'get' }>,
    host: Host,
  ): void {
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
    host.request(requestOf(action, this.#target(action.key)), { settled })
  }

  /** The identity of a key, in the width of the network. */
  #target(key: number): Id {
    return keyId(key, this.world.protocol)
  }

  #addAdversary({ which, key }: Extract<Action, { kind: 'adversary' }>): void {
    const host = this.world.addHost()
    const adversary = ADVERSARIES[which % ADVERSARIES.length] as Adversary
    const chance = host.chance.branch('enemy')
    const aimed = key === undefined ? {} : { aim: this.#target(key) }
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

/** The identity that a number stands for. Default: in `dht256`. */
export function keyId(key: number, { idLength }: Network = dht256): Id {
  const id = contentId(Uint8Array.of(key & 255, (key >> 8) & 255))
  return idFromBytes(id.subarray(0, idLength))
}

function requestOf(
  action: Extract<Action, { kind: 'enter' | 'lookup' | 'closest' | 'put' | 'get' }>,
  target: Id,
): Request {
  switch (action.kind) {
    case 'enter':
      return { kind: 'enter', target, port: action.port }
    case 'lookup':
      return { kind: 'lookup', target, mode: action.mode ?? 'quick' }
    case 'closest':
      return { kind: 'closest', target }
    default:
      return itemRequest(action)
  }
}

/** Whether an action is possible on a host. */
function isPossible({ state, core, protocol }: Host, kind: Kind): boolean {
  switch (kind) {
    case 'put':
    case 'get':
      return state === 'running' && core !== undefined && protocol.methods.has(kind)
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
