// Runs a JavaScript program on another runtime:
//
//   node tools/checks/on-runtime.mjs Deno node_modules/vitest/vitest.mjs run packages/krpc
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { commandOf } from './runtimes.mjs'

const [name = '', ...rest] = process.argv.slice(2)
const [program, ...args] = commandOf(name)
const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1' }
const { status } = spawnSync(program, [...args, ...rest], { stdio: 'inherit', env })
process.exitCode = status ?? 1
