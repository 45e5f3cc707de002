// What a scenario works with: a network of its own, the programs on it, and folders. Closing it
// ends and removes all of them.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeClient, type NodePlace, TestNode } from './clients/node-client.ts'
import { type Host, Network } from './network/network.ts'
import { Program, type ProgramOptions } from './process/program.ts'
import { Remote } from './process/remote.ts'

/** Port of all nodes. */
export const PORT = 6881

type Place = Omit<NodePlace, 'port'>

export class Lab {
  readonly #network: Network
  readonly #programs: Program[] = []
  readonly #folders: string[] = []

  private constructor(network: Network) {
    this.#network = network
  }

  static async open(): Promise<Lab> {
    return new Lab(await Network.create())
  }

  host(addresses: readonly string[]): Promise<Host> {
    return this.#network.host(addresses)
  }

  start(host: Host, command: readonly string[], options?: ProgramOptions): Program {
    const program = Program.start(host, command, options)
    this.#programs.push(program)
    return program
  }

  /** Starts a client with nodes on a host of its own. */
  async nodes(client: NodeClient, places: readonly Place[]): Promise<readonly TestNode[]> {
    const host = await this.host(places.flatMap(({ addresses }) => addresses))
    const remote = new Remote(this.start(host, client.command))
    return Promise.all(
      places.map((place) => TestNode.add(client.name, remote, { ...place, port: PORT })),
    )
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'dht-interop-'))
    this.#folders.push(folder)
    return folder
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.end()))
    await this.#network.close()
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true })))
  }
}
