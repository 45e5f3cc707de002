// A partition of the network: hosts of different sides don't reach one another until it ends. A
// host on no side reaches all hosts.

import { argumentError } from '../errors.ts'

export class Partition {
  readonly #sides = new Map<number, number>()

  /** @param sides - numbers of hosts; a host is on at most one side */
  constructor(sides: readonly (readonly number[])[]) {
    for (const [side, members] of sides.entries()) {
      for (const member of members) {
        const other = this.#sides.get(member)
        if (other !== undefined && other !== side) {
          throw argumentError('sides', 'each host on one side', sides)
        }
        this.#sides.set(member, side)
      }
    }
  }

  separates(a: number, b: number): boolean {
    const [one, other] = [this.#sides.get(a), this.#sides.get(b)]
    return one !== undefined && other !== undefined && one !== other
  }
}
