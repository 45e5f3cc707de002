// Collects violations. It keeps the first ones of each property and counts the others.

import type { Violation } from './checker.ts'

/** Violations kept in all, and of one property. */
const KEPT = 50
const KEPT_OF_ONE = 5

export class ViolationLog {
  readonly #kept: Violation[] = []
  readonly #counts = new Map<string, number>()

  get violations(): readonly Violation[] {
    return this.#kept
  }

  /** How often each property was violated, by its id. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  add(violation: Violation): void {
    const count = (this.#counts.get(violation.property) ?? 0) + 1
    this.#counts.set(violation.property, count)
    if (count <= KEPT_OF_ONE && this.#kept.length < KEPT) this.#kept.push(violation)
  }

  /** @param finding - text of an invariant: `PROPERTY: what was seen` */
  addFinding(finding: string, where: Pick<Violation, 'at' | 'host'>): void {
    const cut = finding.indexOf(': ')
    this.add({ property: finding.slice(0, cut), seen: finding.slice(cut + 2), ...where })
  }
}
