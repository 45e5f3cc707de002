// A service of a local network, as the scenarios control it.

import { fileURLToPath } from 'node:url'
import type { DiscoveryInfo } from '@dht/node'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'
import type { Host } from '../network/network.ts'
import { Remote } from '../process/remote.ts'

const PROCESS = fileURLToPath(new URL('clients/lan-process.js', import.meta.url))

export interface Standing {
  readonly good: number
  readonly discovery: DiscoveryInfo
  readonly rss: number
}

export class LanService {
  readonly #remote: Remote
  readonly #node: number

  private constructor(remote: Remote, node: number) {
    this.#remote = remote
    this.#node = node
  }

  /** Starts a service in a process of its own, which is told the name of its network only. */
  static async start(lab: Lab, host: Host, network: string): Promise<LanService> {
    const remote = new Remote(lab.start(host, [process.execPath, PROCESS]))
    return new LanService(remote, await remote.ask<number>('add', { network }))
  }

  enter(id: string, port: number): Promise<readonly string[]> {
    return this.#remote.ask('enter', { node: this.#node, id, port })
  }

  find(id: string): Promise<readonly string[]> {
    return this.#remote.ask('find', { node: this.#node, id })
  }

  standing(): Promise<Standing> {
    return this.#remote.ask('standing', { node: this.#node })
  }

  close(): Promise<void> {
    return this.#remote.ask('close', { node: this.#node })
  }

  async expectContacts(count: number): Promise<void> {
    const look = (): Promise<Standing> => this.standing()
    await eventually('contacts on the local network', look, (s) => s.good >= count)
  }
}
