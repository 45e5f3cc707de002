// Saves values one at a time, and only the latest: while one is being saved at most one waits, and
// a newer one takes its place.

export class SaveQueue {
  readonly #save: (bytes: Uint8Array) => Promise<void>
  #wanted: Uint8Array | undefined
  #saving: Promise<void> | undefined

  /** @param save - never rejects */
  constructor(save: (bytes: Uint8Array) => Promise<void>) {
    this.#save = save
  }

  get isSaving(): boolean {
    return this.#saving !== undefined
  }

  /** Resolves when this value, or a later one in its place, has been dealt with. */
  save(bytes: Uint8Array): Promise<void> {
    this.#wanted = bytes
    this.#saving ??= this.#run()
    return this.#saving
  }

  /** Begins no save any more. */
  drop(): void {
    this.#wanted = undefined
  }

  async #run(): Promise<void> {
    for (let bytes = this.#wanted; bytes !== undefined; bytes = this.#wanted) {
      this.#wanted = undefined
      await this.#save(bytes)
    }
    this.#saving = undefined
  }
}
