// A world in which promises and virtual time take turns: whenever something has happened that may
// have settled a promise, all code that waits for one runs before the next event. So whoever awaits
// sees a world that stands still, and the same seed is the same run here too.

import { createNode, type DhtNode, type NodeOptions } from '@dht/node'
import { argumentError, SimError } from '../errors.ts'
import { Host } from '../host/host.ts'
import type { HostOptions } from '../host/host-options.ts'
import { World } from '../world.ts'
import { FacadeProcess } from './facade-process.ts'

type HostOption =
  | 'port'
  | 'ipv4'
  | 'ipv6'
  | 'transports'
  | 'state'
  | 'random'
  | 'clock'
  | 'resolver'

/** What the host decides: a node of a simulated world can't have these of its own. */
const HOST_OPTIONS: readonly HostOption[] = [
  'port',
  'ipv4',
  'ipv6',
  'transports',
  'state',
  'random',
  'clock',
  'resolver',
]

/** Options of `createNode` but for what the host decides. */
export interface LiveNodeOptions extends Omit<NodeOptions, HostOption> {
  /**
   * On which host: a new one like this, or one that is there, with what is on its disk. Default: a
   * new one with a public IPv4 address.
   */
  readonly host?: Host | HostOptions
}

export interface RunOptions {
  /** Longest that it may take, ms of virtual time. Default 7 days: ours. */
  readonly mostMs?: number
}

const WEEK_MS = 7 * 24 * 60 * 60_000

export class LiveWorld extends World {
  /** Names that nodes resolve, for their bootstrap lists. */
  readonly names: Map<string, readonly string[]> = new Map()
  readonly #starts = this.chance.branch('live')
  #hadActivity = false

  /**
   * A node as people run it, on a simulated host. Without a bootstrap list it is told of one of the
   * nodes that run.
   *
   * @throws {SimError | DhtNodeError} for options that can't be used
   */
  async createNode(options: LiveNodeOptions = {}): Promise<DhtNode> {
    const { host: where = {}, bootstrap = this.#runningEndpoint(), ...rest } = options
    for (const name of HOST_OPTIONS) {
      if (name in rest) throw argumentError('option', 'one that no host decides', name)
    }
    const host = where instanceof Host ? where : this.addHost(where)
    const program = new FacadeProcess(host, () => this.#noteActivity())
    host.run(program)
    try {
      return await createNode({
        // Trouble of a simulated node is none of this process; its events tell it.
        onWarning: false,
        ...this.core,
        ...rest,
        bootstrap,
        transports: program.transports(),
        state: program.storage,
        clock: program.clock,
        random: host.chance.branch('facade', this.now).source,
        resolver: async (name) => this.names.get(name) ?? [],
      })
    } catch (cause) {
      if (host.process === program) host.crash()
      throw cause
    }
  }

  /** Waits in virtual time. @param ms - whole */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve))
  }

  override at(at: number, callback: () => void): void {
    super.at(at, () => {
      this.#noteActivity()
      callback()
    })
  }

  /**
   * Runs `main`, and lets time pass whenever it waits. What it awaits must come from the world:
   * files, sockets and timers of the machine are not part of virtual time.
   *
   * @throws whatever `main` does; {SimError} `ERR_DHT_SIM_STALLED` when it waits for something that
   *   never comes
   */
  async run<T>(main: () => Promise<T>, { mostMs = WEEK_MS }: RunOptions = {}): Promise<T> {
    const until = this.now + mostMs
    const result = main()
    let isOver = false
    const over = (): void => {
      isOver = true
    }
    result.then(over, over)
    await settled()
    while (!isOver) {
      if (!this.step(until))
        throw new SimError('ERR_DHT_SIM_STALLED', `main: no end by ${until} ms`)
      if (!this.#hadActivity) continue
      this.#hadActivity = false
      await settled()
    }
    return result
  }

  #noteActivity(): void {
    this.#hadActivity = true
  }

  #runningEndpoint(): NonNullable<NodeOptions['bootstrap']> {
    const running = this.running
    return running.length === 0 ? [] : [this.#starts.pick(running).endpoint]
  }
}

/** Until nothing is left that waits for a settled promise: the engine empties that queue first. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
