// `npm run bench`: every benchmark in one run, each beside its peers; a table on standard output
// and the same in reports/bench.json. Nothing here passes or fails: figures are read by people.
//
//   npm run bench -- --only codec,table     some of server, codec, table, memory, sim,
//                                           observer
//   npm run bench -- --rounds 9             more interleaved rounds for the server (5)
//   npm run bench -- --only sim --nodes 100,100000     sizes of the simulated networks
//   npm run bench -- --profile              CPU profiles of our server in reports/profile

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benchCodec } from './codec.ts'
import { type Figure, isReached, tableOf } from './figure.ts'
import { benchMemory } from './memory/memory.ts'
import { benchObserver } from './observer/observer.ts'
import { Progress } from './progress.ts'
import { benchServers } from './server/servers.ts'
import { benchSim } from './sim/sim.ts'
import { benchTable } from './table/table.ts'

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: 'codec,table,memory,sim,observer,server' },
    rounds: { type: 'string', default: '5' },
    nodes: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
})
const reports = fileURLToPath(new URL('../../reports/', import.meta.url))
const rounds = Number(flags.rounds)
const progress = new Progress()

const benches: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  codec: () => benchCodec(progress),
  table: () => benchTable(progress),
  memory: () => benchMemory(progress),
  observer: () => benchObserver(progress),
  sim: () => benchSim(progress, flags.nodes?.split(',').map(Number)),
  server: () =>
    benchServers(progress, {
      rounds,
      ...(flags.profile && { profileFolder: `${reports}profile` }),
    }),
}

const figures: Figure[] = []
for (const name of flags.only.split(',')) {
  const bench = benches[name]
  if (bench === undefined) throw new Error(`--only: expected ${Object.keys(benches)}, got ${name}`)
  figures.push(...(await bench()))
}
progress.clear()
console.log(tableOf(figures).join('\n'))
const promised = figures.filter((figure) => isReached(figure) !== undefined)
const reached = promised.filter((figure) => isReached(figure))
console.log(`\n${reached.length} of ${promised.length} goals reached`)

mkdirSync(reports, { recursive: true })
const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length }
const report = {
  machine,
  figures: figures.map((figure) => ({ ...figure, reached: isReached(figure) ?? null })),
}
writeFileSync(`${reports}bench.json`, `${JSON.stringify(report, null, 2)}\n`)
