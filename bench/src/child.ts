// A process of the benchmark. It takes requests and answers over Node's own channel.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface ChildOptions {
  /** Handed to the process as its one argument. */
  readonly init: unknown
  /** Options of Node itself. */
  readonly execArgv?: readonly string[]
}

/** @typeParam Request - what it may be asked */
export class Child<Request> {
  readonly #process: ChildProcess
  readonly port: number

  private constructor(child: ChildProcess, port: number) {
    this.#process = child
    this.port = port
  }

  /** @param name - the file below src, without `-process.ts` */
  static async start<Request>(name: string, options: ChildOptions): Promise<Child<Request>> {
    const file = fileURLToPath(new URL(`${name}-process.js`, import.meta.url))
    const child = fork(file, [JSON.stringify(options.init)], {
      execArgv: [...(options.execArgv ?? [])],
      serialization: 'advanced',
    })
    const ready = (await firstMessage(child, name)) as { readonly port: number }
    return new Child(child, ready.port)
  }

  async ask<Answer>(request: Request): Promise<Answer> {
    this.#process.send(request as object)
    return (await firstMessage(this.#process, JSON.stringify(request))) as Answer
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.disconnect()
    await exit
  }
}

function firstMessage(child: ChildProcess, what: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null) => reject(new Error(`${what}: process left with ${code}`))
    child.once('exit', exited)
    child.once('message', (message) => {
      child.off('exit', exited)
      resolve(message)
    })
  })
}
