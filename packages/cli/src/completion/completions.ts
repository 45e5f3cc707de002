// What may stand at one place of a command line: commands, options, their values, or a file. Read
// from the commands themselves, so that completion and help never differ.

import type { Argument, Command, Option } from 'commander'

export interface Candidate {
  readonly name: string
  readonly description?: string
}

/** `files`: the shell completes the name of a file. */
export type Completions = readonly Candidate[] | 'files'

/**
 * @param before - the words between the program and the word that is completed
 * @param word - the beginning of the word that is completed; empty: any may follow
 */
export function completionsOf(
  program: Command,
  before: readonly string[],
  word: string,
): Completions {
  const { command, argument, option } = placeAfter(program, before)
  if (option !== undefined) return valuesOf(option, option.flags)
  if (word.startsWith('-')) return startingWith(word, optionsOf(command))
  const commands = argument === 0 ? commandsOf(command) : []
  if (commands.length > 0) return startingWith(word, commands)
  const expected = argumentAt(command, argument)
  return expected === undefined ? [] : valuesOf(expected, `<${expected.name()}>`)

  function valuesOf({ argChoices }: Argument | Option, text: string): Completions {
    if (text.includes('<file>')) return 'files'
    return startingWith(
      word,
      (argChoices ?? []).map((name) => ({ name })),
    )
  }
}

interface Place {
  readonly command: Command
  /** How many arguments of the command stand before. */
  readonly argument: number
  /** The option whose value is expected. */
  readonly option: Option | undefined
}

function placeAfter(program: Command, before: readonly string[]): Place {
  let place: Place = { command: program, argument: 0, option: undefined }
  for (const word of before) place = next(place, word)
  return place
}

function next({ command, argument, option }: Place, word: string): Place {
  if (option !== undefined) return { command, argument, option: undefined }
  if (word.startsWith('-')) {
    const named = command.options.find(({ long, short }) => word === long || word === short)
    return { command, argument, option: named?.required ? named : undefined }
  }
  const inner = argument === 0 && command.commands.find((each) => each.name() === word)
  if (inner) return { command: inner, argument: 0, option: undefined }
  return { command, argument: argument + 1, option: undefined }
}

function optionsOf(command: Command): readonly Candidate[] {
  const options = command.createHelp().visibleOptions(command)
  return options.map(({ long, short, description }) => ({
    name: (long ?? short) as string,
    description,
  }))
}

function commandsOf(command: Command): readonly Candidate[] {
  const commands = command.createHelp().visibleCommands(command)
  return commands.map((each) => ({ name: each.name(), description: each.description() }))
}

function argumentAt(command: Command, at: number): Argument | undefined {
  const last = command.registeredArguments.at(-1)
  return command.registeredArguments[at] ?? (last?.variadic ? last : undefined)
}

function startingWith(word: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ name }) => name.startsWith(word))
}
