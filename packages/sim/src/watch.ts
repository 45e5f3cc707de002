// Who watches a world: checkers and transcripts are told of every event. Without watchers no event is
// made, so that nobody pays for what nobody looks at.

import type { WorldEvent } from './world-event.ts'

export type Watcher = (event: WorldEvent) => void

export class Watch {
  readonly #watchers = new Set<Watcher>()

  get isWatched(): boolean {
    return this.#watchers.size > 0
  }

  /** @returns ends the watching */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  notify(event: WorldEvent): void {
    for (const watcher of this.#watchers) watcher(event)
  }
}
