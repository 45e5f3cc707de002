// Saves one value at a time. While one is being saved, at most one waits; a newer value replaces
// it.

export class SaveQueue {
  readonly #save: (bytes: Uint8Array) => Promise<void>
  #next: Uint8Array | undefined
  #saving: Promise<void> | undefined

  /** @param save - never rejects */
  constructor(save: (bytes: Uint8Array) => Promise<void>) {
    this.#save = save
  }

  get isSaving(): boolean {
    return this.#saving !== undefined
  }

  /** Resolves when this value, or a later one that replaced it, has been saved or has failed. */
  save(bytes: Uint8Array): Promise<void> {
    this.#next = bytes
    this.#saving ??= this.#run()
    return this.#saving
  }

  /** Drops the value that waits. */
  drop(): void {
    this.#next = undefined
  }

  async #run(): Promise<void> {
    for (let bytes = this.#next; bytes !== undefined; bytes = this.#next) {
      this.#next = undefined
      await this.#save(bytes)
    }
    this.#saving = undefined
  }
}
