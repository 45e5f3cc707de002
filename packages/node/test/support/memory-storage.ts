// A storage in memory, with every save on record and faults on demand.

import type { StateStorage } from '../../src/ports/state-storage.ts'

export class MemoryStorage implements StateStorage {
  readonly saves: Uint8Array[] = []
  readonly aside: Uint8Array[] = []
  /** Operations that fail from now on. */
  readonly broken: Set<'load' | 'save' | 'setAside'> = new Set()
  value: Uint8Array | undefined
  #begun = 0

  constructor(value?: Uint8Array) {
    this.value = value
  }

  async load(): Promise<Uint8Array | undefined> {
    this.#check('load')
    return this.value
  }

  async save(bytes: Uint8Array): Promise<void> {
    // A save takes a while, the first ones longest, so that a later one could overtake it.
    for (let turn = this.#begun++; turn < 4; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#check('save')
    this.saves.push(bytes)
    this.value = bytes
  }

  async setAside(): Promise<void> {
    this.#check('setAside')
    if (this.value !== undefined) this.aside.push(this.value)
    this.value = undefined
  }

  #check(operation: 'load' | 'save' | 'setAside'): void {
    if (this.broken.has(operation)) throw new Error(`${operation} is broken`)
  }
}
