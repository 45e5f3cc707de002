// A storage in memory that records every save, with faults and delays on demand.

import type { StateStorage } from '../../src/ports/state-storage.ts'

export class MemoryStorage implements StateStorage {
  readonly saves: Uint8Array[] = []
  readonly aside: Uint8Array[] = []
  /** Operations that fail from now on. */
  readonly broken: Set<'load' | 'save' | 'setAside'> = new Set()
  /** Saves that hang, oldest first; undefined: none does. */
  hanging: (() => void)[] | undefined
  /** Saves begun. */
  begun = 0
  value: Uint8Array | undefined

  constructor(value?: Uint8Array) {
    this.value = value
  }

  async load(): Promise<Uint8Array | undefined> {
    this.#check('load')
    return this.value
  }

  async save(bytes: Uint8Array): Promise<void> {
    this.begun++
    const { hanging } = this
    await new Promise<void>((resolve) => {
      if (hanging === undefined) setImmediate(resolve)
      else hanging.push(resolve)
    })
    this.#check('save')
    this.saves.push(bytes)
    this.value = bytes
  }

  async setAside(): Promise<string> {
    this.#check('setAside')
    if (this.value !== undefined) this.aside.push(this.value)
    this.value = undefined
    return 'another place'
  }

  #check(operation: 'load' | 'save' | 'setAside'): void {
    if (this.broken.has(operation)) throw new Error(`${operation} is broken`)
  }
}
