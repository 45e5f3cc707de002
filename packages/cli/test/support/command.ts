// Runs one command inside the test, with streams that the test reads.

import { PassThrough, Writable } from 'node:stream'
import { runCommandLine } from '../../src/command-line.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly ended: Promise<Ran>
  readonly stop: () => void
  /** Resolves as soon as the output matches. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>
}

/** A stream that collects what is written to it. */
class Collected extends Writable {
  text = ''
  readonly #onText: () => void

  constructor(onText: () => void) {
    super()
    this.#onText = onText
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
    this.#onText()
  }
}

export function start(argv: readonly string[]): Running {
  let look = (): void => {}
  const [out, err] = [new Collected(() => look()), new Collected(() => look())]
  const stop = new AbortController()
  const io = { in: new PassThrough(), out, err, stop, onInfoWanted: () => {} }
  const ended = runCommandLine(argv, io).then((code) => ({ code, out: out.text, err: err.text }))
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const seen = new Promise<RegExpExecArray>((resolve) => {
      look = () => {
        const found = pattern.exec(`${out.text}${err.text}`)
        if (found !== null) resolve(found)
      }
      look()
    })
    const early = ended.then((ran) => Promise.reject(new Error(`ended: ${ran.err}`)))
    return Promise.race([seen, early])
  }
  return { ended, stop: () => stop.abort('SIGINT'), until }
}

export async function run(...argv: string[]): Promise<Ran> {
  return start(argv).ended
}
