// The other end of child.ts: what a process of the benchmark answers, and when it ends.

import type { Mark } from './server/protocol.ts'

/** The value that the process was started with. */
export function initOf<Init>(): Init {
  return JSON.parse(process.argv[2] ?? 'null') as Init
}

/**
 * Answers every request, and says that the process is ready. Ends it when the benchmark is gone.
 */
export function serve<Request>(
  ready: { readonly port: number },
  answer: (request: Request) => unknown,
): void {
  process.on('message', async (request) => {
    process.send?.((await answer(request as Request)) ?? null)
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.(ready)
}

/** What this process has used so far. */
export function usage(): Pick<Mark, 'cpuMicros' | 'rss'> {
  const { user, system } = process.cpuUsage()
  return { cpuMicros: user + system, rss: process.memoryUsage.rss() }
}
