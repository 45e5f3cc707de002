// A program that runs on a host. It ends with this process, however this one ends.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import type { Host } from '../network/network.ts'

/** Time that a program has to end by itself, ms. */
const GRACE_MS = 2_000
/** Output that is kept for reports, characters. */
const KEPT = 2_000

export interface ProgramOptions {
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
}

export class Program {
  readonly name: string
  readonly #process: ChildProcess
  readonly #closed: Promise<unknown>
  #output = ''

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.#process = child
    this.#closed = once(child, 'close').catch(() => {})
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = `${this.#output}${chunk}`.slice(-KEPT)
      })
    }
    // A program that has ended reads no more. `closed` tells that it has ended.
    child.stdin?.on('error', () => {})
  }

  /** @param command - the program and its arguments */
  static start(host: Host, command: readonly string[], options: ProgramOptions = {}): Program {
    const inside = host.namespace.inside(command)
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...inside], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
    })
    return new Program(command[0] as string, child)
  }

  get input(): Writable {
    return this.#process.stdin as Writable
  }

  get outputStream(): Readable {
    return this.#process.stdout as Readable
  }

  get closed(): Promise<unknown> {
    return this.#closed
  }

  /** The end of what it has printed. */
  get output(): string {
    return this.#output.trim()
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  async end(): Promise<void> {
    if (this.hasEnded) return
    this.input.end()
    this.#process.kill('SIGTERM')
    const graceOver = new AbortController()
    const killed = after(GRACE_MS, undefined, { signal: graceOver.signal }).then(
      () => this.#process.kill('SIGKILL'),
      () => false,
    )
    await this.#closed
    graceOver.abort()
    await killed
  }
}
