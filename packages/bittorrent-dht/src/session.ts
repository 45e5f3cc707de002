// The node behind a client, which opens its sockets once and late: on `listen`, or when a call
// first needs them. Until then calls wait, and it may be told where to listen.

import { createNode, type DhtNode, type NodeEvent, type NodeOptions } from '@dht/node'
import { DhtClientError, destroyedError } from './errors.ts'
import { ANYWHERE, bindOptions, type ListenPlace } from './listen-arguments.ts'

/** A call that needs the node. Exactly one of both is called, later. */
export interface Waiting {
  run(node: DhtNode): void
  failed(error: Error): void
}

export interface SessionOwner {
  opened(node: DhtNode): void
  /** The sockets could not be opened. It may be tried again. */
  failed(error: Error): void
  event(event: NodeEvent): void
}

export class Session {
  readonly #options: NodeOptions
  readonly #ipv6: boolean
  readonly #owner: SessionOwner
  readonly #abort = new AbortController()
  #waiting: Waiting[] = []
  #opening: Promise<void> | undefined
  #node: DhtNode | undefined

  /** @param init - `ipv6`: whether IPv6 is used where no address is given */
  constructor(
    init: { readonly options: NodeOptions; readonly ipv6: boolean },
    owner: SessionOwner,
  ) {
    this.#options = init.options
    this.#ipv6 = init.ipv6
    this.#owner = owner
  }

  /** Undefined before the sockets are open. It stays when it is closed. */
  get node(): DhtNode | undefined {
    return this.#node
  }

  /** @throws {DhtClientError} when it is open, is being opened or is closed */
  open(place: ListenPlace): void {
    if (this.#abort.signal.aborted) throw destroyedError()
    if (this.#opening !== undefined) {
      throw new DhtClientError('ERR_DHT_CLIENT_LISTENING', 'the client listens already')
    }
    this.#opening = this.#create(place).then(
      (node) => this.#opened(node),
      (cause) => this.#failed(cause),
    )
  }

  /** Calls when the node is there, and opens it where nobody has. */
  run(waiting: Waiting): void {
    process.nextTick(() => this.#run(waiting))
  }

  /** Fails what waits. Resolves when the sockets are closed. */
  async close(): Promise<void> {
    this.#abort.abort(destroyedError())
    this.#failWaiting(destroyedError())
    await this.#opening
    await this.#node?.close()
  }

  #run(waiting: Waiting): void {
    if (this.#abort.signal.aborted) {
      waiting.failed(destroyedError())
    } else if (this.#node !== undefined) {
      waiting.run(this.#node)
    } else {
      this.#waiting.push(waiting)
      if (this.#opening === undefined) this.open(ANYWHERE)
    }
  }

  async #create(place: ListenPlace): Promise<DhtNode> {
    const bound = await bindOptions(place, this.#ipv6)
    return createNode({
      ...this.#options,
      ...bound,
      signal: this.#abort.signal,
      onWarning: false,
      onEvent: (event) => this.#owner.event(event),
    })
  }

  async #opened(node: DhtNode): Promise<void> {
    this.#node = node
    if (this.#abort.signal.aborted) return
    this.#owner.opened(node)
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) this.run(each)
  }

  #failed(cause: unknown): void {
    if (this.#abort.signal.aborted) return
    this.#opening = undefined
    const error = systemErrorOf(cause)
    this.#owner.failed(error)
    this.#failWaiting(error)
  }

  #failWaiting(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each.failed(error)
  }
}

/** The error of the system where there is one: its code is what programs look at. */
function systemErrorOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const { cause } = error
  return cause instanceof Error && 'syscall' in cause ? cause : error
}
