// The real side of the model of persistence: nodes made by `createNode` on the file storage of a
// disk that may lose power, among scripted peers, by a clock that is told when to go on.

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
import { fileStorage } from '../../src/adapters/file-storage.ts'
import { createNode } from '../../src/create-node.ts'
import type { DhtNode } from '../../src/dht-node.ts'
import type { StateStorage } from '../../src/ports/state-storage.ts'
import { CrashDisk } from '../support/crash-disk.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { ScriptedPeers } from '../support/scripted-peers.ts'
import { SAVE_EVERY_MS } from './persistence.model.ts'

export const PATH = '/state/node'
export const LOCALS: Readonly<Record<Family, Endpoint>> = {
  4: endpoint('10.0.0.1', 3739),
  6: endpoint('2001:4860:ffff::1', 3739),
}
const PEERS_V4 = 8
const PEERS_V6 = 4

/** Has the file system's operations come from this disk. */
export type Mount = (disk: CrashDisk) => void

/** A save as it was asked for, and the disk that it found. */
export interface Attempt {
  readonly before: CrashDisk
  readonly bytes: Uint8Array
}

/** Ids of `width` bytes: spread when they are short, else crowded around one another. */
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
  disk: CrashDisk = new CrashDisk()
  node: DhtNode | undefined
  /** Saves since they were taken last. */
  attempts: Attempt[] = []
  warnings: string[] = []
  readonly #mount: Mount
  #starts = 0

  constructor(network: Network, mount: Mount) {
    this.network = network
    this.#mount = mount
    this.peers = peersOf(network.idLength)
    this.scripted = new ScriptedPeers(network, this.peers)
  }

  mount(disk: CrashDisk = this.disk): void {
    this.#mount(disk)
  }

  file(name: string = PATH): string | undefined {
    return this.disk.files.get(name)
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    for (;;) {
      const next = this.clock.next
      if (next === undefined || next > until) break
      this.clock.advance(Math.max(0, next - this.clock.now()))
      await this.settle()
    }
    this.clock.advance(until - this.clock.now())
    await this.settle()
  }

  /** A start in a process of its own: another clock, another chance. */
  start(families: readonly Family[], isSlow: boolean): Promise<DhtNode> {
    this.clock = new ManualClock(1_000 * ++this.#starts)
    this.warnings = []
    this.mount()
    return createNode({
      network: this.network,
      transports: families.map((family) => this.scripted.transport(LOCALS[family])),
      clock: this.clock,
      random: seededRandom(this.#starts),
      bootstrap: isSlow ? ['slow.example:1'] : [],
      resolver: () => new Promise<never>(() => {}),
      state: this.#storage(),
      saveEveryMs: SAVE_EVERY_MS,
      onWarning: false,
    })
  }

  /** From here on the node is the one under test. */
  watch(node: DhtNode): void {
    this.node = node
    const warnings = this.warnings
    const read = async (): Promise<void> => {
      for await (const event of node.events()) {
        const isOurs = event.kind === 'warning' && event.code.startsWith('DHT_STATE')
        if (isOurs) warnings.push(event.message)
      }
    }
    void read()
  }

  /** The process is gone; what its disk sees from now on is nothing. */
  async abandon(): Promise<void> {
    const { node } = this
    this.node = undefined
    this.mount(new CrashDisk())
    await node?.close()
    this.attempts = []
    this.mount()
  }

  #storage(): StateStorage {
    const storage = fileStorage(PATH)
    return {
      load: () => storage.load(),
      setAside: () => storage.setAside(),
      save: async (bytes) => {
        this.attempts.push({ before: this.disk.fork(), bytes })
        await storage.save(bytes)
      },
    }
  }
}
