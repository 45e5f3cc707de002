// Finds the running node of this machine that a command means.

import { CommandFailure } from '../exit.ts'
import { NETWORKS, type NetworkName } from '../options/node-options.ts'
import { controlPath, hasControlFolder, listedNodes, type RunningNode } from './control-path.ts'
import { isListening } from './is-listening.ts'

/**
 * The node at the port; without a port that at the usual one, else the only one of the network.
 *
 * @returns undefined when no port was given and no node of the network runs
 * @throws {CommandFailure} when none runs at the port, or several run and none is at the usual one
 */
export async function findRunning(
  network: NetworkName,
  port: number | undefined,
): Promise<RunningNode | undefined> {
  const usual = { network, port: port ?? NETWORKS[network].defaultPort }
  if (hasControlFolder() && (await isListening(controlPath(usual)))) return usual
  if (port !== undefined) throw new CommandFailure(await notRunning(network, port))
  const [only, ...others] = (await aliveNodes()).filter((each) => each.network === network)
  if (others.length === 0) return only
  const ports = [only, ...others].map((each) => each?.port).join(', ')
  const hint = `name one by --node, such as --node ${only?.port}`
  throw new CommandFailure(`several nodes of ${network} run, at the ports ${ports}: ${hint}`)
}

/** The node at a port, of whichever network. Undefined: none runs there, or one of each network. */
export async function findAtPort(port: number): Promise<RunningNode | undefined> {
  const [first, ...others] = (await aliveNodes()).filter((each) => each.port === port)
  return others.length === 0 ? first : undefined
}

/** Why there is no answer, with the nodes that would give one. */
export async function notRunning(network: NetworkName, port: number): Promise<string> {
  const others = (await aliveNodes()).map((each) => `${each.network} at port ${each.port}`)
  const known = others.length === 0 ? '' : `; found: ${others.join(', ')}`
  return `no node of ${network} runs at port ${port}${known}`
}

async function aliveNodes(): Promise<readonly RunningNode[]> {
  const listed = listedNodes()
  const alive = await Promise.all(listed.map((each) => isListening(controlPath(each))))
  return listed.filter((_, at) => alive[at])
}
