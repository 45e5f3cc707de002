// Keeps a node's state beyond its process: loads it once, saves it from time to time and at the end.
// Trouble with the storage is a warning, never the node's end; a damaged value is set aside, not lost.

import type { Contact, Network } from '@dht/krpc'
import type { CoreState } from './core/node-core.ts'
import type { Clock } from './ports/clock.ts'
import type { StateStorage } from './ports/state-storage.ts'
import { readState, writeState } from './state-file.ts'

type Warn = (message: string, cause?: unknown) => void

export class Keeper {
  readonly #storage: StateStorage
  readonly #network: Network
  readonly #warn: Warn
  #known: readonly Contact[] = []
  #saving: Promise<void> = Promise.resolve()
  #cancelAlarm: (() => void) | undefined

  constructor(storage: StateStorage, network: Network, warn: Warn) {
    this.#storage = storage
    this.#network = network
    this.#warn = warn
  }

  /** The saved state; undefined when there is none that can be used. Never rejects. */
  async load(): Promise<CoreState | undefined> {
    try {
      const bytes = await this.#storage.load()
      if (bytes === undefined) return undefined
      const read = readState(bytes, this.#network)
      if (read.kind === 'state') {
        this.#known = read.state.contacts
        return read.state
      }
      this.#warn(`the saved state was set aside: ${read.reason}`)
      await this.#storage.setAside()
    } catch (cause) {
      this.#warn('the saved state could not be read', cause)
    }
    return undefined
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
    // Contacts once known are worth more than none: an empty table means that we are cut off.
    if (state.contacts.length > 0) this.#known = state.contacts
    const bytes = writeState({ ...state, contacts: this.#known }, this.#network)
    this.#saving = this.#saving.then(async () => {
      try {
        await this.#storage.save(bytes)
      } catch (cause) {
        this.#warn('the state could not be saved', cause)
      }
    })
    return this.#saving
  }

  stop(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = undefined
  }
}
