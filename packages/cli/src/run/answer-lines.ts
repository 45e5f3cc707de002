// The node's input: one word a line, such as `info`. An input that ends is no reason to end the
// node, which may have been started without one.

import { createInterface } from 'node:readline'
import type { Io } from '../io.ts'

/** @returns reads no further when it is disposed of */
export function answerLines(
  { in: input, err }: Pick<Io, 'in' | 'err'>,
  answers: Readonly<Record<string, () => void>>,
): Disposable {
  const lines = createInterface({ input })
  // `nohup` gives an input that can't be read.
  lines.on('error', () => {})
  lines.on('line', (line) => {
    const word = line.trim()
    const answer = Object.hasOwn(answers, word) ? answers[word] : undefined
    if (answer !== undefined) answer()
    else if (word !== '') err.write(`expected one of: ${Object.keys(answers).join(', ')}\n`)
  })
  return { [Symbol.dispose]: () => lines.close() }
}
