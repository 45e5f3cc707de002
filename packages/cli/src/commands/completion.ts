// `dht completion`: a script for the shell that completes commands and options. The script runs
// the hidden command `completion-server` with the words of the line.

import { Argument, type Command } from 'commander'
import { completionsOf } from '../completion/completions.ts'
import type { Context } from '../context.ts'

const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const

export function addCompletion(program: Command, { io }: Context): void {
  program
    .command('completion')
    .description('Prints a script that completes commands and options, to be sourced by a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      '\nFor fish: dht completion fish | source. For zsh, after compinit:' +
        '\nsource <(dht completion zsh).\n\nExample:\n  source <(dht completion bash)',
    )
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { getCompletionScript } = await import('@pnpm/tabtab')
      io.out.write(await getCompletionScript({ name: 'dht', completer: 'dht', shell }))
    })
  program
    .command('completion-server', { hidden: true })
    .argument('[words...]')
    .action((words: readonly string[]) => complete(program, words, io))
}

async function complete(
  program: Command,
  words: readonly string[],
  { out }: Context['io'],
): Promise<void> {
  const { getShellFromEnv, log, logFiles, parseEnv } = await import('@pnpm/tabtab')
  const shell = getShellFromEnv(process.env)
  const { words: index, lastPartial } = parseEnv(process.env)
  // Fish gives the number of words, the others the place of the word that is completed.
  const at = shell === 'fish' && lastPartial !== '' ? index - 1 : index
  const found = completionsOf(program, words.slice(1, at), words[at] ?? '')
  if (found === 'files') logFiles()
  else log([...found], shell, (line) => void out.write(`${line}\n`))
}
