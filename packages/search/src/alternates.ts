// The contacts that were reported under the id of one candidate, apart from the one that it counts
// under now. Most candidates have none.

/** Most contacts kept for one id: ours, a few more than a lookup queries. */
const MAX_KEPT = 8

interface Alternate<C> {
  readonly contact: C
  readonly endpoint: string
  /** How many responses reported it. */
  reports: number
}

export class Alternates<C> {
  #all: Alternate<C>[] = []

  /**
   * Counts reports of this contact. It is not kept if too many others are.
   *
   * @returns how many reports of it there were
   */
  add(contact: C, endpoint: string, reports = 1): number {
    const known = this.#all.find((each) => each.endpoint === endpoint)
    if (known !== undefined) known.reports += reports
    else if (this.#all.length < MAX_KEPT) this.#all.push({ contact, endpoint, reports })
    return known?.reports ?? reports
  }

  /** The contact with the most reports of those that are usable; of two, the one reported first. */
  best(isUsable: (contact: C) => boolean): Readonly<Alternate<C>> | undefined {
    let best: Alternate<C> | undefined
    for (const each of this.#all) {
      if (each.reports > (best?.reports ?? 0) && isUsable(each.contact)) best = each
    }
    return best
  }

  remove(endpoint: string): void {
    this.#all = this.#all.filter((each) => each.endpoint !== endpoint)
  }
}
