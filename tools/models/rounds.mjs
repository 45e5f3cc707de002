// Runs one part in as many rounds as it takes. Each round has a seed of its own, so it can be
// repeated alone, and lasts about a minute, so a failure shows early. The counts of the rounds are
// added up for each test. The tests of one file are one model, in worlds of several sizes.
import { escaped } from './replay.mjs'
import { runTests } from './test-run.mjs'

/** @typedef {import('./choice.mjs').Part} Part */
/** @typedef {import('@dht/testing/journal').Entry} Entry */
/** @typedef {import('@dht/testing/journal').Counted} Counted */
/** @typedef {Entry & { readonly seed: number, readonly rounds: number }} Sum */

/**
 * @typedef {object} Budget
 * @property {number} seed      - of the first round
 * @property {number} runs      - of each property, in the first round
 * @property {number} commands  - that the models of a file have to execute together
 * @property {string | undefined} states - that an explorer may see
 *
 * @typedef {import('./test-run.mjs').Failure & { readonly env: Readonly<Record<string, string>> }} Fault
 * @typedef {{ readonly sums: readonly Sum[], readonly faults: readonly Fault[] }} Lived
 */

/** Length of a round, s. Short rounds waste time on starts, long ones tell failures late. */
const ROUND_S = 60

/**
 * @param {Part} part
 * @param {Budget} budget
 * @param {(state: { commands: number, wanted: number }) => void} onProgress
 * @returns {Promise<Lived>}
 */
export async function live({ files, titles }, budget, onProgress) {
  /** @type {Map<string, Sum>} */
  const sums = new Map()
  const wanted = () => ([...sums.values()].some(isModel) ? budget.commands : 0)
  let { seed, runs } = budget
  for (let due = titles; ; seed++) {
    const env = environment({ ...budget, seed, runs })
    const before = commandsOf([...sums.values()])
    const startedAt = performance.now()
    const outcome = await runTests(
      { files, env, ...(due !== undefined && { titles: due }) },
      (commands) => onProgress({ commands: before + commands, wanted: wanted() }),
    )
    const seconds = (performance.now() - startedAt) / 1_000
    for (const entry of outcome.entries) add(sums, { ...entry, seed, rounds: 1 })
    const faults = outcome.failures.map((failure) => ({ ...failure, env }))
    const models = [...sums.values()].filter(isModel)
    const missing = wanted() - commandsOf(models)
    if (faults.length > 0 || missing <= 0) return { sums: [...sums.values()], faults }
    if (outcome.entries.length === 0) throw new Error(`no test is called ${due}`)
    const affordable = (runs * ROUND_S) / seconds
    const likeTheLast = (runs * missing) / commandsOf(outcome.entries.filter(isModel))
    runs = Math.ceil(Math.max(budget.runs, Math.min(likeTheLast, affordable)))
    due = models.map(({ title }) => `^${escaped(title)}$`).join('|')
  }
}

/** Whether it executes commands. @param {Entry} entry */
function isModel({ commands }) {
  return commands > 0
}

/** @param {readonly Entry[]} entries */
function commandsOf(entries) {
  return entries.reduce((sum, { commands }) => sum + commands, 0)
}

/** @param {Budget} budget */
function environment({ seed, runs, states }) {
  const usual = { FC_SEED: String(seed), FC_RUNS: String(runs) }
  return states === undefined ? usual : { ...usual, EXPLORE_STATES: states }
}

/** @param {Map<string, Sum>} sums @param {Sum} entry */
function add(sums, entry) {
  const key = `${entry.file} ${entry.title}`
  const sum = sums.get(key)
  if (sum === undefined) sums.set(key, entry)
  else {
    sums.set(key, {
      ...sum,
      runs: sum.runs + entry.runs,
      commands: sum.commands + entry.commands,
      rounds: sum.rounds + entry.rounds,
      counted: addCounts(sum.counted, entry.counted),
      seen: entry.seen,
    })
  }
}

/** @param {readonly Counted[]} some @param {readonly Counted[]} more @returns {Counted[]} */
export function addCounts(some, more) {
  const models = [...new Set([...some, ...more].map(({ model }) => model))]
  return models.map((model) => {
    const same = [...some, ...more].filter((each) => each.model === model)
    const floors = Object.assign({}, ...same.map((each) => each.floors))
    const counts = Object.fromEntries(
      Object.keys(floors).map((name) => [
        name,
        same.reduce((sum, each) => sum + (each.counts[name] ?? 0), 0),
      ]),
    )
    return { model, counts, floors }
  })
}
