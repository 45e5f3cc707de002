// Asks a program for something: one JSON object a line each way. A request is `{ id, method,
// params }`, its answer `{ id, result }` or `{ id, error }`.

import { createInterface } from 'node:readline'
import type { Program } from './program.ts'

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

interface Waiter {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export class Remote {
  readonly #program: Program
  readonly #waiters = new Map<number, Waiter>()
  #lastId = 0

  constructor(program: Program) {
    this.#program = program
    createInterface({ input: program.outputStream }).on('line', (line) => this.#answer(line))
    void program.closed.then(() => this.#fail())
  }

  ask<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      if (this.#program.hasEnded) this.#fail()
      else this.#program.input.write(`${JSON.stringify({ id, method, params })}\n`)
    })
    return answer as Promise<Result>
  }

  #answer(line: string): void {
    // Libraries may print lines of their own.
    if (!line.startsWith('{"id":')) return
    const { id, result, error } = JSON.parse(line) as Answer
    const waiter = this.#waiters.get(id)
    this.#waiters.delete(id)
    if (error === undefined) waiter?.resolve(result)
    else waiter?.reject(new Error(`${this.#program.name}: ${error}`))
  }

  #fail(): void {
    const error = new Error(`${this.#program.name} has ended: ${this.#program.output}`)
    for (const { reject } of this.#waiters.values()) reject(error)
    this.#waiters.clear()
  }
}
