// The real side of the persistence model: nodes made by `createNode` with the file storage of a
// disk that may lose power, scripted peers and a manual clock.

import { idFromBytes, randomId } from '@dht/id'
import {
  type Contact,
  contact,
  type Endpoint,
  endpoint,
  type Family,
  type Network,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { FileStorage } from '../../src/adapters/file-storage.ts'
import type { StateStorage } from '../../src/ports/state-storage.ts'
import { createNode } from '../../src/shell/create-node.ts'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { bytesOf, type CrashDisk, text } from '../support/crash-disk.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { ScriptedPeers } from '../support/scripted-peers.ts'
import { settle, TestMachine, type TestProcess } from '../support/test-machine.ts'
import { LOOK_MS, SAVE_EVERY_MS } from './persistence.model.ts'

export const PATH = '/state/node'
export const LOCALS: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('10.0.0.1', 3739),
  6: endpoint('2001:4860:ffff::1', 3739),
}
const PEERS_V4 = 8
const PEERS_V6 = 4

/** A save that was requested, and the disk before it. */
export interface Attempt {
  readonly before: CrashDisk
  readonly bytes: Uint8Array
}

/** Peers with ids of `width` bytes: spread over the space if short, else close to each other. */
export function peersOf(width: number): Contact[] {
  return Array.from({ length: PEERS_V4 + PEERS_V6 }, (_, i) => {
    const bytes = new Uint8Array(width).fill(0xa5)
    if (width > 1) bytes.set([0xa5 ^ (1 << (i % 8)), i], (i * 5) % (width - 1))
    else bytes.fill(21 * i + 1)
    // The id that the first node of a tiny world gives itself.
    if (width === 1 && i === 5) bytes.set(randomId(1, seededRandom(1)))
    const isV4 = i < PEERS_V4
    const at = isV4 ? `20.0.${i}.1` : `2001:4860:${(i + 1).toString(16)}::1`
    return contact(idFromBytes(bytes), endpoint(at, 4000 + i))
  })
}

export class PersistenceWorld {
  readonly network: Network
  readonly peers: readonly Contact[]
  readonly scripted: ScriptedPeers
  clock: ManualClock = new ManualClock(1_000)
  readonly machine: TestMachine = new TestMachine()
  node: DhtNode | undefined
  /** The process of the node, or of the last one. */
  process: TestProcess = this.machine.process()
  /** The saves since the last check. */
  attempts: Attempt[] = []
  warnings: string[] = []
  /** Process numbers belong to one boot. */
  #boots = 1
  #starts = 0

  constructor(network: Network) {
    this.network = network
    this.peers = peersOf(network.idLength)
    this.scripted = new ScriptedPeers(network, this.peers)
  }

  get disk(): CrashDisk {
    return this.machine.disk
  }

  set disk(disk: CrashDisk) {
    this.machine.disk = disk
  }

  /** Damaged values that are kept, oldest first. */
  get aside(): string[] {
    const names = [...this.disk.files.keys()].filter((name) => name.includes('.damaged-')).sort()
    return names.map((name) => this.file(name)!)
  }

  /** Temporary files of a save that is under way or was interrupted. */
  get leftovers(): string[] {
    return [...this.disk.files.keys()].filter((name) => name.endsWith('.new'))
  }

  file(name: string = PATH): string | undefined {
    return this.disk.files.get(name)
  }

  /** Lets time pass for the machine and its node. */
  async pass(ms: number): Promise<void> {
    const { machine, clock } = this
    const until = machine.now + ms
    for (;;) {
      const inMs = Math.min(machine.nextAt - machine.now, (clock.next ?? Infinity) - clock.now())
      if (machine.now + inMs > until) break
      await this.#goOn(Math.max(0, inMs))
    }
    await this.#goOn(until - machine.now)
  }

  async #goOn(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.machine.goTo(this.machine.now + ms)
  }

  /** Starts a node in a new process with its own clock and randomness. */
  start(families: readonly Family[], isSlow: boolean): Promise<DhtNode> {
    this.clock = new ManualClock(1_000 * ++this.#starts)
    this.warnings = []
    this.process = this.machine.process(`boot/${this.#boots}`)
    return createNode({
      network: this.network,
      transports: families.map((family) => this.scripted.transport(LOCALS[family])),
      clock: this.clock,
      random: seededRandom(this.#starts),
      bootstrap: isSlow ? ['slow.example:1'] : [],
      resolver: () => new Promise<never>(() => {}),
      state: this.#storage(),
      saveEveryMs: SAVE_EVERY_MS,
      onWarning: ({ code, message }) => {
        if (code.startsWith('DHT_STATE')) this.warnings.push(plain(message))
      },
    })
  }

  /** Ends the process and its sockets. */
  async abandon(): Promise<void> {
    const { node } = this
    this.node = undefined
    this.process.kill()
    void node?.close()
    await settle()
    this.attempts = []
  }

  /** Starts the machine again with what its disk has kept. */
  reboot(disk: CrashDisk): void {
    disk.fault = this.disk.fault
    this.disk = disk
    this.#boots++
  }

  /** Another process takes the storage. @returns the value found; undefined: it was refused */
  async rival(value: string, keepsIt: boolean): Promise<{ found: string | undefined } | undefined> {
    const process = this.machine.process()
    const storage = new FileStorage(PATH, process)
    let refused = false
    let acquired = false
    storage
      .acquire(() => {})
      .then(
        () => {
          acquired = true
        },
        () => {
          refused = true
        },
      )
    await settle()
    while (!acquired && !refused) await this.pass(LOOK_MS)
    if (refused) return undefined
    const found = await storage.load()
    await storage.save(bytesOf(value))
    if (keepsIt) process.kill()
    else await storage.release()
    return { found: found && text(found) }
  }

  #storage(): StateStorage {
    const storage = new FileStorage(PATH, this.process)
    return {
      acquire: (notify) => storage.acquire(notify),
      release: () => storage.release(),
      load: () => storage.load(),
      setAside: () => storage.setAside(),
      save: async (bytes) => {
        this.attempts.push({ before: this.disk.fork(), bytes })
        await storage.save(bytes)
      },
    }
  }
}

/** The message without random names. */
function plain(message: string): string {
  return message.replace(/ as \S+\.damaged-\S+:/, ':')
}
