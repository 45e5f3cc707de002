// `dht run --lan` twice on one host, with no address configured: each finds the other one, and what
// one command enters by one of them another command finds by the other.

import { fileURLToPath } from 'node:url'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'
import type { Host } from '../network/network.ts'
import type { Program } from '../process/program.ts'
import type { Scenario } from '../scenario.ts'

const COMMAND = fileURLToPath(new URL('main.js', import.meta.resolve('@dht/cli')))
const ID = 'ab'.repeat(32)

/** Where commands and nodes of one user meet. */
type Env = Readonly<Record<string, string>>

function dht(lab: Lab, host: Host, argv: readonly string[], env: Env): Program {
  return lab.start(host, [process.execPath, COMMAND, ...argv], { env })
}

async function said(program: Program, wanted: RegExp): Promise<string> {
  const look = async (): Promise<string> => program.output
  return eventually(String(wanted), look, (text) => wanted.test(text))
}

async function run(lab: Lab): Promise<string> {
  const host = await lab.host(['10.77.0.1/24'])
  const env = { XDG_RUNTIME_DIR: await lab.folder() }
  const begin = performance.now()
  const ports = ['4001', '4002']
  const nodes = ports.map((port) => {
    const place = ['--port', port, '--ipv6', 'off', '--bootstrap', 'none', '--state', 'none']
    return dht(lab, host, ['run', '--lan', ...place], env)
  })
  await Promise.all(nodes.map((node) => said(node, /joined, 1 contact/)))
  const took = Math.round(performance.now() - begin)
  const enter = dht(lab, host, ['enter', ID, '8080', '--once', '--node', '4001'], env)
  await enter.closed
  const lookup = dht(lab, host, ['lookup', ID, '--node', '4002'], env)
  await lookup.closed
  if (!/\b10\.77\.0\.1:8080\b/.test(lookup.output)) throw new Error(`found: ${lookup.output}`)
  return `both joined ${took} ms after their start`
}

export const lanCommand: Scenario = {
  name: 'two dht run --lan on one host find each other',
  needs: [],
  run,
}
