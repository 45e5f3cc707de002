// Results as JSON on one line, for other programs.

import type { Writable } from 'node:stream'
import { printable } from './printable.ts'

/** What the help says of `--json`. */
export const JSON_HELP =
  'prints JSON; durations (…Ms) and instants (…At, at) are in ms, instants on a monotonic clock'

/** `T` as it is after it was written as JSON and read again. */
export type AsJson<T> = T extends bigint
  ? string
  : T extends object
    ? { readonly [K in keyof T]: AsJson<T[K]> }
    : T

/** Versions of items are text: they have 64 bits, and many readers of JSON keep only 53. */
function plainValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** A copy. */
export function asJson<T>(value: T): AsJson<T> {
  return JSON.parse(JSON.stringify(value, plainValue)) as AsJson<T>
}

/** Without the characters that a terminal obeys, or at which some readers end a line. */
export function jsonLine(value: unknown): string {
  return `${printable(JSON.stringify(value, plainValue))}\n`
}

export function writeJson(to: Writable, value: unknown): void {
  to.write(jsonLine(value))
}
