// Writes the report of the models, reports/models.md. The catalogue says what should hold; the
// record of the last runs says how often it was checked. The report is made, never kept in git.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { grouped } from './progress.mjs'
import { readRecord, withReports, writeRecord } from './record.mjs'
import { addCounts } from './rounds.mjs'

/** @typedef {import('./record.mjs').RunRecord} RunRecord */
/** @typedef {import('./rounds.mjs').Sum} Sum */
/** @typedef {import('@dht/testing/journal').Counted} Counted */
/** @typedef {{ readonly id: string, readonly kind: string, readonly statement: string,
 *   readonly decision?: string, readonly cases?: Readonly<Record<string, readonly string[]>>
 *   }} Property */
/** @typedef {{ readonly about: string, readonly properties: readonly Property[],
 *   readonly open: readonly string[],
 *   readonly retired: readonly { readonly id: string, readonly why: string }[] }} Catalogue */

const page = new URL('../../reports/models.md', import.meta.url)
const folder = new URL('catalogue/', import.meta.url)
/** The order of the packages: a package stands behind those that it imports. */
const ORDER = ['id', 'routing-table', 'krpc', 'store', 'search', 'node', 'sim', 'defects']

/** @returns {Catalogue[]} */
export function readCatalogues() {
  return readdirSync(folder)
    .map((name) => name.replace(/\.json$/, ''))
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map((name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')))
}

/** Adds the reports of the mutation tools to the record, and writes the page anew. */
export function renewPage() {
  const record = withReports(readRecord())
  writeRecord(record)
  mkdirSync(new URL('.', page), { recursive: true })
  writeFileSync(page, render(readCatalogues(), record))
}

/** @param {readonly Catalogue[]} catalogues @param {RunRecord} record */
export function render(catalogues, { tests, mutants, scores }) {
  const sections = [
    ['# The models: report of the last runs'],
    ['## Stateful models', ...models(tests)],
    ['## Explorers', ...explored(tests)],
    ['## Mutants written by hand', ...mistakes(mutants)],
    ['## Mutants made by Stryker', ...mutation(scores)],
    ['## Properties', ...legend(catalogues)],
    ...catalogues.map((each) => propertiesOf(each, tests)),
  ]
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

/** @param {readonly Sum[]} tests */
function models(tests) {
  const stateful = tests.filter(({ commands }) => commands > 0)
  const rows = stateful.map(({ file, title, counted, runs, commands, rounds, seed }) => {
    const names = counted.map(({ model }) => `\`${model}\``).join(', ')
    const where = `[${file.split('/')[1]}](../${file})`
    const about = cell(names === '' ? title : names)
    const seeds = rounds > 1 ? `${seed} to ${seed + rounds - 1}` : String(seed)
    return [about, where, grouped(commands), grouped(runs), seeds]
  })
  const cases = stateful.flatMap(({ counted }) => counted).map(casesOf)
  const head = ['model', 'package', 'commands', 'scripts', 'seeds']
  return [
    '',
    ...table(head, rows),
    '',
    'How often each case arose, and how often it must arise in one round at least:',
    '',
    ...cases,
  ]
}

/** @param {Counted} counted */
function casesOf({ model, counts, floors }) {
  const cases = Object.entries(counts).map(([name, count]) => hit(name, count, floors[name]))
  return `- \`${model}\`: ${cases.join(' · ')}`
}

/** @param {string} name @param {number} count @param {number | undefined} floor */
function hit(name, count, floor) {
  return `${name} ${grouped(count)}/${floor ?? 0}`
}

/** @param {readonly Sum[]} tests */
function explored(tests) {
  const rows = tests.flatMap(({ file, seen }) =>
    seen.map(({ name, states, moves, depth, isComplete }) => {
      const extent = isComplete ? 'complete' : 'stopped at its budget'
      const where = `[${file.split('/')[1]}](../${file})`
      return [cell(name), where, grouped(states), grouped(moves), String(depth), extent]
    }),
  )
  return ['', ...table(['world', 'package', 'states', 'moves', 'depth', 'extent'], rows)]
}

/** @param {RunRecord['mutants']} mutants */
function mistakes(mutants) {
  const killed = mutants.filter(({ verdict }) => verdict === 'killed').length
  if (mutants.length === 0) return ['', 'Not run yet.']
  const rows = mutants.map(({ id, wrong, verdict, by }) => {
    const noticed = verdict === 'killed' ? (by[0] ?? '') : `**${verdict}**`
    return [id, cell(wrong), cell(noticed)]
  })
  return [
    '',
    `${killed} of ${mutants.length} are killed by a test that names the property they break.`,
    '',
    ...table(['mutant', 'what goes wrong', 'killed by'], rows),
  ]
}

/** @param {RunRecord['scores']} scores */
function mutation(scores) {
  if (scores.length === 0) return ['', 'Not run yet.']
  const head = ['package', 'score', 'killed', 'timed out', 'survived', 'not reached', 'set aside']
  const rows = scores.map((each) => {
    const { killed, timeout, survived, noCoverage, ignored } = each
    const counts = [killed, timeout, survived, noCoverage, ignored].map(grouped)
    return [each.package, `${each.score.toFixed(1)} %`, ...counts]
  })
  return ['', ...table(head, rows)]
}

/** @param {readonly Catalogue[]} catalogues */
function legend(catalogues) {
  const count = catalogues.flatMap(({ properties }) => properties).length
  return [
    '',
    `${count} properties. *runs*: how many generated inputs, scripts or states the last run checked;`,
    'a test of one example counts as one. *cases*: the cases of a model in which the property matters.',
  ]
}

/** @param {Catalogue} catalogue @param {readonly Sum[]} tests */
function propertiesOf({ about, properties, open, retired }, tests) {
  const rows = properties.map((property) => {
    const { id, kind, statement, decision } = property
    const own = tests.filter(({ ids }) => ids.includes(id))
    const why = decision === undefined ? '' : ` ([why](../docs/decisions/${decision}.md))`
    const runs = own.reduce((sum, test) => sum + runsOf(test), 0)
    const ran = own.length === 0 ? ['–', '–'] : [String(own.length), grouped(runs)]
    const [count = '', sum = ''] = open.includes(id) ? ['open', ''] : ran
    return [id, `${cell(statement)}${why}`, kind, count, sum, cell(hits(property, tests))]
  })
  const gone = retired.map(({ id, why }) => `- ${id} is retired. ${why}`)
  const head = ['id', 'property', 'kind', 'tests', 'runs', 'cases']
  return [`### ${about}`, '', ...table(head, rows), ...(gone.length > 0 ? ['', ...gone] : [])]
}

/** @param {Sum} test */
function runsOf({ runs, rounds, seen }) {
  const states = seen.reduce((sum, each) => sum + each.states, 0)
  return Math.max(runs + states, rounds)
}

/** @param {Property} property @param {readonly Sum[]} tests */
function hits({ cases = {} }, tests) {
  const counted = addCounts(
    tests.flatMap((test) => test.counted),
    [],
  )
  return Object.entries(cases)
    .flatMap(([model, names]) => {
      const found = counted.find((each) => each.model === model)
      return names.map((name) => hit(name, found?.counts[name] ?? 0, found?.floors[name]))
    })
    .join(' · ')
}

/**
 * The cases that the catalogue names and no census of the record counts.
 *
 * @param {readonly Catalogue[]} catalogues
 * @param {RunRecord} record
 */
export function unknownCases(catalogues, { tests }) {
  const counted = tests.flatMap((test) => test.counted)
  const known = new Set(
    counted.flatMap(({ model, floors }) => Object.keys(floors).map((name) => `${model}: ${name}`)),
  )
  return catalogues
    .flatMap(({ properties }) => properties)
    .flatMap(({ cases = {} }) => Object.entries(cases))
    .flatMap(([model, names]) => names.map((name) => `${model}: ${name}`))
    .filter((each) => !known.has(each))
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
