// One thing that clients must do together.

import type { Lab } from './lab.ts'

export interface Requirement {
  readonly name: string
  /** @returns why it can't be used on this machine, if it can't */
  missing(): Promise<string | undefined>
}

export interface Scenario {
  readonly name: string
  readonly needs: readonly Requirement[]
  /**
   * @returns what was measured, in a few words
   * @throws when the clients don't do it
   */
  run(lab: Lab): Promise<string>
}
