// Results as JSON on one line, for other programs.

import type { Writable } from 'node:stream'

/** Versions of items are text: they have 64 bits, and many readers of JSON keep only 53. */
function plainValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, plainValue)}\n`
}

export function writeJson(to: Writable, value: unknown): void {
  to.write(jsonLine(value))
}
