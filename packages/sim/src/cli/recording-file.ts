// Records one world of a scenario into a file.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Violation } from '../invariants/checker.ts'
import { WorldRecorder } from '../recording/world-recorder.ts'
import type { World } from '../world.ts'
import type { RecordRequest } from './arguments.ts'

export class RecordingFile {
  readonly #request: RecordRequest
  readonly #source: string
  #recorder: WorldRecorder | undefined
  /** Worlds that were made so far. */
  #worlds = 0

  constructor(request: RecordRequest, source: string) {
    this.#request = request
    this.#source = source
  }

  prepare(world: World): void {
    const { world: wanted, nodes } = this.#request
    this.#worlds++
    if (this.#worlds === wanted) {
      this.#recorder = new WorldRecorder(world, { source: this.#source, nodes })
      return
    }
    // The world before it is over.
    this.#recorder?.end()
  }

  /** Whether the scenario had the world that is wanted. */
  get hasWorld(): boolean {
    return this.#recorder !== undefined
  }

  /**
   * Writes the file.
   *
   * @param all - the violations in all worlds, which are marked if there was only one
   * @returns what was written, for people
   */
  write(all: readonly Violation[]): string {
    const { file, world } = this.#request
    if (this.#recorder === undefined) {
      return `not recorded: expected a world of 1 to ${this.#worlds}, got ${world}`
    }
    const violations = this.#worlds === 1 ? all : []
    mkdirSync(dirname(file), { recursive: true })
    const opened = openSync(file, 'w')
    try {
      for (const line of this.#recorder.lines(violations)) writeSync(opened, line)
    } finally {
      closeSync(opened)
    }
    return `recorded: ${file}${this.#recorder.isCut ? ', but its end did not fit' : ''}`
  }
}
