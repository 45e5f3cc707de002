// Keeps a node's state beyond its process: loads it once, saves it from time to time and at the
// end. Trouble with the storage is a warning, never the node's end; a damaged value is set aside,
// not lost.

import type { Contact, Family, Network } from '@dht/krpc'
import type { CoreState } from './core/node-core.ts'
import { argumentError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { StateStorage } from './ports/state-storage.ts'
import { type ReadState, readState, writeState } from './state-file.ts'
import type { Warn } from './warnings.ts'

type Loaded = ReadState | { readonly kind: 'none' }

export class Keeper {
  readonly #storage: StateStorage
  readonly #network: Network
  readonly #warn: Warn
  /** The last contacts known, by address family. */
  readonly #known = new Map<Family, readonly Contact[]>()
  #saving: Promise<void> = Promise.resolve()
  /** What could not be used still lies where the next value is to go. */
  #isBlocked = false
  #cancelAlarm: (() => void) | undefined

  constructor(storage: StateStorage, network: Network, warn: Warn) {
    this.#storage = storage
    this.#network = network
    this.#warn = warn
  }

  /**
   * The saved state; undefined when there is none that can be used.
   * @throws {DhtNodeError} for a whole state of another network, which is left as it is
   */
  async load(): Promise<CoreState | undefined> {
    const read = await this.#read()
    switch (read.kind) {
      case 'none':
        return undefined
      case 'state':
        this.#learn(read.state.contacts)
        return read.state
      case 'foreign':
        throw argumentError('state', `one of the network ${this.#network.name}`, read.network)
      case 'unusable':
        await this.#setAside(read.reason, read.cause)
        return undefined
    }
  }

  /** Saves every `everyMs` from now on. */
  keep(
    state: () => CoreState,
    schedule: { readonly clock: Clock; readonly everyMs: number },
  ): void {
    const { clock, everyMs } = schedule
    this.#cancelAlarm = clock.alarm(clock.now() + everyMs, () => {
      void this.save(state())
      this.keep(state, schedule)
    })
  }

  /** Saves once, after whatever saving is under way. Never rejects. */
  save(state: CoreState): Promise<void> {
    this.#learn(state.contacts)
    const contacts = [...this.#known.values()].flat()
    const bytes = writeState({ ...state, contacts }, this.#network)
    this.#saving = this.#saving.then(async () => {
      try {
        if (this.#isBlocked) await this.#clear()
        await this.#storage.save(bytes)
      } catch (cause) {
        this.#warn('DHT_STATE_UNSAVED', 'the state could not be saved', cause)
      }
    })
    return this.#saving
  }

  stop(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = undefined
  }

  async #read(): Promise<Loaded> {
    try {
      const bytes = await this.#storage.load()
      return bytes === undefined ? { kind: 'none' } : readState(bytes, this.#network)
    } catch (cause) {
      return { kind: 'unusable', reason: 'it could not be read', cause }
    }
  }

  /** What can't be used is never overwritten: it may be worth a second look. */
  async #setAside(reason: string, cause: unknown): Promise<void> {
    this.#warn('DHT_STATE_SET_ASIDE', `the saved state is set aside: ${reason}`, cause)
    try {
      await this.#clear()
    } catch (failure) {
      this.#warn('DHT_STATE_STUCK', 'the saved state could not be set aside', failure)
    }
  }

  async #clear(): Promise<void> {
    this.#isBlocked = true
    await this.#storage.setAside()
    this.#isBlocked = false
  }

  /** Contacts once known are worth more than none: an empty table means that we are cut off. */
  #learn(contacts: readonly Contact[]): void {
    for (const family of [4, 6] as const) {
      const ofFamily = contacts.filter((each) => each.family === family)
      if (ofFamily.length > 0) this.#known.set(family, ofFamily)
    }
  }
}
