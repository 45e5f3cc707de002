// Where warnings go by default in a browser: to its console.

import type { PrintedWarning } from '../ports/platform.ts'

interface Console {
  warn(...what: readonly unknown[]): void
}

export function consoleWarning({ code, message, cause }: PrintedWarning): void {
  const { console } = globalThis as unknown as { readonly console: Console }
  const detail = cause === undefined ? [] : [`(${cause.name}: ${cause.message})`]
  console.warn(`[${code}] DhtWarning: ${message}`, ...detail)
}
