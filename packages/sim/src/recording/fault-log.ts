// What was done to a network and its nodes, as faults of a recording. One that lasts is told when
// it ends, or at the end of the recording.

import type { Fault } from '@dht/observatory/recording'
import type { Violation } from '../invariants/checker.ts'
import type { HostChange, WorldEvent } from '../world-event.ts'

/** Actions of scripts that are faults; the others are what users do. */
const FAULTS: ReadonlySet<string> = new Set(['partition', 'heal', 'inject', 'adversary'])

const ENDS: ReadonlySet<HostChange> = new Set(['started', 'resumed'])
const BEGINS: ReadonlySet<HostChange> = new Set(['crashed', 'closed', 'suspended'])

export class FaultLog {
  readonly #tell: (fault: Fault) => void
  /** Those that last, by the number of the host. */
  readonly #lasting = new Map<number, Fault>()
  /** What the network does to packets now. */
  #network: Fault | undefined

  /** @param network - what the network does to packets at `at`, for people */
  constructor(
    tell: (fault: Fault) => void,
    network: { readonly faults: string; readonly at: number },
  ) {
    this.#tell = tell
    this.#networkChanged(network)
  }

  add(event: WorldEvent): void {
    if (event.kind === 'action') this.#done(event)
    else if (event.kind === 'host-changed') this.#changed(event)
    else if (event.kind === 'network-changed') this.#networkChanged(event)
  }

  violated({ property, at, host, seen }: Violation): void {
    const nodes = host === undefined ? [] : [host]
    this.#tell({ at, kind: 'invariant', text: `${property}: ${seen}`, nodes })
  }

  /** Tells the faults that have not ended. */
  end(): void {
    for (const fault of this.#lasting.values()) this.#tell(fault)
    this.#lasting.clear()
    if (this.#network !== undefined) this.#tell(this.#network)
    this.#network = undefined
  }

  #networkChanged({ faults: text, at }: { readonly faults: string; readonly at: number }): void {
    if (text === (this.#network?.text ?? '')) return
    if (this.#network !== undefined) this.#tell({ ...this.#network, until: at })
    this.#network = text === '' ? undefined : { at, kind: 'network', text, nodes: [] }
  }

  #done({ at, what }: Extract<WorldEvent, { kind: 'action' }>): void {
    const kind = kindOf(what)
    if (kind !== undefined) this.#tell({ at, kind, text: what, nodes: [] })
  }

  #changed({ at, host, change }: Extract<WorldEvent, { kind: 'host-changed' }>): void {
    const lasting = this.#lasting.get(host)
    if (lasting !== undefined && (ENDS.has(change) || BEGINS.has(change))) {
      this.#lasting.delete(host)
      this.#tell({ ...lasting, until: at })
    }
    if (!BEGINS.has(change)) return
    this.#lasting.set(host, { at, kind: change, text: `host ${host} ${change}`, nodes: [host] })
  }
}

/** Undefined: it is no fault. An action of a script is noted as JSON, others are prose. */
function kindOf(what: string): string | undefined {
  if (!what.startsWith('{')) return 'action'
  const { kind } = JSON.parse(what) as { readonly kind: string }
  return FAULTS.has(kind) ? kind : undefined
}
