// A program that a command runs in a process of its own, and ends with itself.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { temporaryFolder } from '@dht/testing/temporary'
import { expect, it } from 'vitest'
import { runProgram } from '../../src/commands/sim.ts'

function program(text: string): string {
  const path = join(temporaryFolder(), 'program.mjs')
  writeFileSync(path, text)
  return path
}

const streams = (): { out: PassThrough; err: PassThrough; stop: AbortController } => ({
  out: new PassThrough(),
  err: new PassThrough(),
  stop: new AbortController(),
})

it('passes arguments, streams and the exit code on', async () => {
  const io = streams()
  const path = program(`
    console.log(process.argv.slice(2).join())
    console.error('progress')
    process.exitCode = 2
  `)
  expect(await runProgram(path, ['flat', '--seed', '4'], io)).toBe(2)
  expect(String(io.out.read())).toBe('flat,--seed,4\n')
  expect(String(io.err.read())).toBe('progress\n')
})

it('ends a program that computes without a pause', async () => {
  const io = streams()
  const path = program('console.log(process.pid); for (;;);')
  const ended = runProgram(path, [], io)
  const pid = Number(await new Promise((resolve) => io.out.once('data', resolve)))
  io.stop.abort('SIGINT')
  await expect(ended).rejects.toThrow()
  const isAlive = (): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  for (let count = 0; count < 100 && isAlive(); count++) await wait(50)
  expect(isAlive()).toBe(false)
})
