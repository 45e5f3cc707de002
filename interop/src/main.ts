// Our node beside real clients, in networks that this program makes.
//
//   npm run interop                    all scenarios
//   npm run interop -- aria2 IPv6      those with one of these words in their name
//   npm run interop -- --expect-some   it is a failure if none can run here

import { parseArgs } from 'node:util'
import { namespaces } from './network/possible.ts'
import { Reporter } from './reporter.ts'
import { runAll } from './runner.ts'
import { SCENARIOS } from './scenarios/index.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'expect-some': { type: 'boolean', default: false } },
})

function isWanted({ name }: { readonly name: string }): boolean {
  return positionals.length === 0 || positionals.some((word) => name.includes(word))
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const unavailable = await namespaces.missing()
const everywhere = { name: namespaces.name, missing: async () => unavailable }
const wanted = SCENARIOS.filter(isWanted).map((scenario) => {
  return { ...scenario, needs: [everywhere, ...scenario.needs] }
})
const reporter = new Reporter(wanted.length)
if (wanted.length === 0) reporter.broken(new Error(`no scenario has ${positionals} in its name`))
await runAll(wanted, reporter, stop.signal)
if (stop.signal.aborted) reporter.broken(new Error('stopped by a signal'))
const { passed, failed } = reporter.counts
if (values['expect-some'] && passed + failed === 0) {
  reporter.broken(new Error('no scenario could run'))
}
reporter.conclude()
process.exitCode = reporter.counts.failed > 0 ? 1 : 0
