// A file that a log is appended to, and that may be moved away while the node runs.

import { closeSync, openSync, writeSync } from 'node:fs'
import { CommandFailure, EXIT, reasonOf } from '../exit.ts'

export class LogFile implements Disposable {
  readonly #path: string
  #descriptor: number

  /** @throws {CommandFailure} when the file can't be opened */
  constructor(path: string) {
    this.#path = path
    this.#descriptor = open(path)
  }

  /**
   * At once, so that the last lines before a crash are there. A line for which the disk has no
   * space is dropped: the node can do without.
   */
  write(line: string): void {
    try {
      writeSync(this.#descriptor, line)
    } catch {}
  }

  /**
   * Opens the path again, which is another file after the former one was moved.
   *
   * @throws {CommandFailure} when that can't be opened; the former file is written on
   */
  reopen(): void {
    const former = this.#descriptor
    this.#descriptor = open(this.#path)
    closeSync(former)
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'a', 0o640)
  } catch (error) {
    throw new CommandFailure(`no log can be written to ${path}: ${reasonOf(error)}`, EXIT.usage)
  }
}
