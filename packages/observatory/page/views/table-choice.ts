// Which bucket and contact of the table are chosen.

import { type Signal, signal } from '@preact/signals'

export interface TableChoice {
  /** The prefix of the chosen bucket, which stays when other buckets split. */
  readonly prefix: string
  readonly contact?: string
}

export const tableChoice: Signal<TableChoice | undefined> = signal(undefined)
