// When each node may be asked for a sample again. All walks of a node share it, so that a node gets
// one query per interval, however many walks there are. BEP 51. Only a few nodes of one host are
// remembered, and no others of it are asked. When the memory is full, the nodes that may be asked
// again soonest are forgotten, so that liars who fill it stop no walk.

/** Nodes remembered: ours, at most some 10 MiB. */
export const MAX_SAMPLED_NODES = 65_536

/** Nodes of one host: ours, more than share an address with others. */
export const MAX_SAMPLED_PER_HOST = 8

/** The part of a full memory that is forgotten at once, so that this is seldom done: ours. */
const FORGOTTEN_PART = 1 / 16

/** A node, and the host that it belongs to, as keys. */
export interface SampledNode {
  readonly key: string
  readonly host: string
}

export class SampledNodes {
  readonly #max: number
  /** By host and key: from when on the node may be asked, ms. */
  readonly #hosts = new Map<string, Map<string, number>>()
  #size = 0

  constructor(max: number = MAX_SAMPLED_NODES) {
    this.#max = max
  }

  get size(): number {
    return this.#size
  }

  /** Whether the node may be asked now. */
  mayAsk({ key, host }: SampledNode, now: number): boolean {
    const ofHost = this.#hosts.get(host)
    if (ofHost === undefined) return true
    const againAt = ofHost.get(key)
    if (againAt !== undefined) return now >= againAt
    if (ofHost.size < MAX_SAMPLED_PER_HOST) return true
    for (const each of ofHost.values()) if (now >= each) return true
    return false
  }

  /** The node was asked, or has told its interval. */
  note({ key, host }: SampledNode, againAt: number): void {
    let ofHost = this.#hosts.get(host)
    if (ofHost?.has(key) !== true) {
      if (this.#size >= this.#max) this.#forgetSoonest()
      if (ofHost !== undefined && ofHost.size >= MAX_SAMPLED_PER_HOST) {
        this.forget({ key: soonestOf(ofHost), host })
      }
      ofHost = this.#hosts.get(host) ?? new Map()
      this.#hosts.set(host, ofHost)
      this.#size++
    }
    ofHost.set(key, againAt)
  }

  /** The node was not asked after all. */
  forget({ key, host }: SampledNode): void {
    const ofHost = this.#hosts.get(host)
    if (ofHost?.delete(key) !== true) return
    this.#size--
    if (ofHost.size === 0) this.#hosts.delete(host)
  }

  #forgetSoonest(): void {
    const all = [...this.#hosts].flatMap(([host, ofHost]) =>
      Array.from(ofHost, ([key, againAt]) => ({ key, host, againAt })),
    )
    all.sort((a, b) => a.againAt - b.againAt)
    const count = Math.ceil(this.#max * FORGOTTEN_PART)
    for (const node of all.slice(0, count)) this.forget(node)
  }
}

/** The node of a host that may be asked again soonest. */
function soonestOf(ofHost: ReadonlyMap<string, number>): string {
  const [[first]] = [...ofHost].sort(([, a], [, b]) => a - b) as [[string, number]]
  return first
}
