// The watchers of a world, which are notified of every event: checkers, transcripts, meters.
// Without a watcher no event object is created, which saves time.

import type { WorldEvent } from './world-event.ts'

export type Watcher = (event: WorldEvent) => void

export class Watch {
  readonly #watchers = new Set<Watcher>()

  get isWatched(): boolean {
    return this.#watchers.size > 0
  }

  /** @returns a function that ends the watching */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  notify(event: WorldEvent): void {
    for (const watcher of this.#watchers) watcher(event)
  }
}
