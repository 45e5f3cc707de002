// Which endpoints the node was told, so that it is told none again and again, and that one device
// which announces many names can't use up what the node believes of all devices together.

/** Time after which a node is told again of an endpoint that still announces itself, ms: ours. */
export const AGAIN_MS = 600_000
/** Endpoints of one address in that time: ours; 8 services of one host. */
export const MAX_PER_ADDRESS = 8
/** Addresses that are remembered: ours. Beyond that the oldest is forgotten. */
export const MAX_ADDRESSES = 256

export class ToldEndpoints {
  /** When each port was told, ms, by address; the address that was told first is the first. */
  readonly #told = new Map<string, Map<number, number>>()

  /** Addresses that are remembered. */
  get size(): number {
    return this.#told.size
  }

  /**
   * Whether to tell the node of this endpoint now. If so, it counts as told.
   *
   * @param now - ms, of a clock that never goes back
   */
  take(address: string, port: number, now: number): boolean {
    const ports = this.#told.get(address) ?? new Map<number, number>()
    for (const [each, at] of ports) if (now - at >= AGAIN_MS) ports.delete(each)
    if (ports.has(port) || ports.size >= MAX_PER_ADDRESS) return false
    ports.set(port, now)
    this.#told.delete(address)
    this.#told.set(address, ports)
    const [oldest] = this.#told.keys()
    if (this.#told.size > MAX_ADDRESSES) this.#told.delete(oldest!)
    return true
  }
}
