// Reads the arguments of the command line. An unknown or invalid argument is an error, so that a
// typing error doesn't change a run silently.

import { showValue } from '@dht/id'
import { closestMatch } from 'leven'
import { SimError } from '../errors.ts'
import { latencyNamed } from '../network/latency/latencies.ts'
import type { Scenario, ScenarioSettings } from '../scenarios/scenario.ts'
import { resolveSettings } from '../scenarios/settings.ts'

export type CliRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run'
      readonly scenario: Scenario
      readonly settings: ScenarioSettings
      /** Path of the folder for the files of the report. */
      readonly out: string
      /** Undefined: nothing is recorded. */
      readonly record: RecordRequest | undefined
    }

/** Which world of a run is recorded, and where to. */
export interface RecordRequest {
  readonly file: string
  /** Number of the world, from 1. */
  readonly world: number
  /** Most hosts that are recorded. */
  readonly nodes: number
}

/**
 * @param args - the arguments without the program's name
 * @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for an unknown or invalid argument
 */
export function readArguments(args: readonly string[], scenarios: readonly Scenario[]): CliRequest {
  const [name, ...rest] = args
  if (name === undefined || args.includes('--help') || name === 'help') return { kind: 'help' }
  if (name === 'list') {
    if (rest.length > 0)
      throw cliError(`list: expected nothing after it, got ${showValue(rest[0])}`)
    return { kind: 'list' }
  }
  const scenario = scenarios.find((each) => each.name === name)
  if (scenario === undefined) {
    throw unknown('scenario', name, ['list', ...scenarios.map((each) => each.name)])
  }
  const options = optionsOf(rest)
  const out = options.get('out') ?? `reports/sim/${name}`
  options.delete('out')
  const record = recordRequestOf(options)
  return { kind: 'run', scenario, settings: settingsOf(scenario, options), out, record }
}

/** Takes the options of the recording out. */
function recordRequestOf(options: Map<string, string>): RecordRequest | undefined {
  const file = options.get('record')
  options.delete('record')
  const take = (name: string, otherwise: number): number => {
    const text = options.get(name)
    if (text === undefined) return otherwise
    options.delete(name)
    if (file === undefined) throw cliError(`--${name} needs --record`)
    const value = numberOf(name, text)
    if (Number.isSafeInteger(value) && value >= 1) return value
    throw cliError(`--${name}: expected a whole number of at least 1, got ${showValue(text)}`)
  }
  const [world, nodes] = [take('record-world', 1), take('record-nodes', 50)]
  return file === undefined ? undefined : { file, world, nodes }
}

function settingsOf(scenario: Scenario, options: ReadonlyMap<string, string>): ScenarioSettings {
  const extras: Record<string, number> = {}
  const given: Mutable<Partial<Omit<ScenarioSettings, 'extras'>>> = {}
  for (const [name, text] of options) {
    if (name === 'seed') given.seed = Number.isNaN(Number(text)) ? text : Number(text)
    else if (name === 'latency') given.latency = latencyNamed(text)
    else if (name === 'encoded') given.encoded = readYesOrNo(name, text)
    else if (name === 'nodes' || name === 'hours') given[name] = numberOf(name, text)
    else if (Object.hasOwn(scenario.defaults.extras, name)) extras[name] = numberOf(name, text)
    else throw unknown('option', `--${name}`, optionNames(scenario))
  }
  return resolveSettings(scenario, { ...given, extras })
}

/** `T` with properties that can be assigned one by one. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The names of all options of a scenario, as they are written on the command line. */
export function optionNames({ defaults }: Scenario): readonly string[] {
  const names = [
    'nodes',
    'hours',
    'seed',
    'latency',
    'encoded',
    ...Object.keys(defaults.extras),
    'out',
    'record',
    'record-world',
    'record-nodes',
  ]
  return names.map((name) => `--${name}`)
}

/** Reads `--name value` and `--name=value`. A name must not occur twice. */
function optionsOf(args: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  const words = args.flatMap((arg) => {
    const equalsAt = arg.indexOf('=')
    return arg.startsWith('--') && equalsAt > 0
      ? [arg.slice(0, equalsAt), arg.slice(equalsAt + 1)]
      : [arg]
  })
  for (let i = 0; i < words.length; i += 2) {
    const [name, value] = [words[i] as string, words[i + 1]]
    if (!name.startsWith('--'))
      throw cliError(`option: expected --name value, got ${showValue(name)}`)
    if (value === undefined || value === '')
      throw cliError(`${name}: expected a value, got nothing`)
    if (options.has(name.slice(2))) throw cliError(`${name}: expected it once, got it twice`)
    options.set(name.slice(2), value)
  }
  return options
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) {
    throw cliError(`--${name}: expected a number, got ${showValue(text)}`)
  }
  return value
}

function readYesOrNo(name: string, text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes'
  throw cliError(`--${name}: expected yes or no, got ${showValue(text)}`)
}

/** The error that names what was perhaps meant. */
function unknown(what: string, given: string, names: readonly string[]): SimError {
  // Half of a short word may be anything.
  const maxDistance = Math.min(3, Math.floor(given.length / 2))
  const near = closestMatch(given, names, { maxDistance })
  const hint = near === undefined ? '"list" names all' : `did you mean ${near}?`
  return cliError(`unknown ${what} ${showValue(given)} (${hint})`)
}

function cliError(message: string): SimError {
  return new SimError('ERR_DHT_SIM_ARGUMENT', message)
}
