// A world for code with promises. After each event that may have settled a promise, all code that
// waits for one runs before the next event. So the world does not change while that code runs, and
// the same seed gives the same run.

import { createNode, type DhtNode, type NodeOptions } from '@dht/node'
import { argumentError, SimError } from '../errors.ts'
import { Host } from '../host/host.ts'
import type { HostOptions } from '../host/host-options.ts'
import { World } from '../world.ts'
import { ShellProcess } from './shell-process.ts'

type HostOption =
  | 'port'
  | 'ipv4'
  | 'ipv6'
  | 'transports'
  | 'state'
  | 'random'
  | 'clock'
  | 'resolver'

/** Options that the host determines, so a node of a simulated world can't have them. */
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

/** Options of `createNode`, without those that the host determines. */
export interface LiveNodeOptions extends Omit<NodeOptions, HostOption> {
  /**
   * The host of the node: options for a new one, or an existing one with its disk. Default: a new
   * host with a public IPv4 address.
   */
  readonly host?: Host | HostOptions
}

export interface RunOptions {
  /** Longest time that it may take, ms of virtual time. Default 7 days. Our choice. */
  readonly mostMs?: number
}

const WEEK_MS = 7 * 24 * 60 * 60_000

export class LiveWorld extends World {
  /** The names that nodes can resolve, for their bootstrap lists, and the addresses of each. */
  readonly names: Map<string, readonly string[]> = new Map()
  readonly #starts = this.chance.branch('live')
  #hadActivity = false

  /**
   * Creates a node by `createNode` on a simulated host. Without a bootstrap list it bootstraps from
   * a running node.
   *
   * @throws {SimError | DhtNodeError} for options that can't be used
   */
  async createNode(options: LiveNodeOptions = {}): Promise<DhtNode> {
    const { host: where = {}, bootstrap = this.#runningEndpoint(), ...rest } = options
    for (const name of HOST_OPTIONS) {
      if (name in rest) throw argumentError('option', 'one that the host does not determine', name)
    }
    const host = where instanceof Host ? where : this.addHost(where)
    const program = new ShellProcess(host, () => this.#noteActivity())
    host.run(program)
    try {
      return await createNode({
        // Warnings of simulated nodes don't concern this process. The nodes' events report them.
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
   * Runs `main`, and lets time pass whenever it waits. It may only wait for the world: files,
   * sockets and timers of the machine are not part of virtual time.
   *
   * @throws what `main` throws; {SimError} `ERR_DHT_SIM_STALLED` if `main` has not ended in time
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
        throw new SimError(
          'ERR_DHT_SIM_STALLED',
          `main: expected it to end by ${until} ms, got no end`,
        )
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

/**
 * Resolves after all code that waits for a settled promise has run: the engine empties that queue
 * first.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
