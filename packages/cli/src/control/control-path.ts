// Where a running node listens for commands of this machine: a socket in a folder that only its
// user can enter. On Windows it is a named pipe.

import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { CommandFailure } from '../exit.ts'
import type { NetworkName } from '../options/node-options.ts'

/** Which running node is meant. */
export interface RunningNode {
  readonly network: NetworkName
  /** The UDP port that it is bound to. */
  readonly port: number
}

const isWindows = process.platform === 'win32'

export function controlPath({ network, port }: RunningNode): string {
  const name = `${network}-${port}`
  return isWindows
    ? `\\\\.\\pipe\\dht-${userInfo().username}-${name}`
    : join(folder(), `${name}.sock`)
}

/** The sockets that are there, also of nodes that were killed. On Windows none is listed. */
export function listedNodes(): readonly RunningNode[] {
  if (isWindows) return []
  return readdirSync(folder()).flatMap((name) => {
    const [, network, port] = /^(dht256|mainline)-(\d+)\.sock$/.exec(name) ?? []
    return network === undefined ? [] : [{ network: network as NetworkName, port: Number(port) }]
  })
}

/**
 * The runtime folder of the user, else one below the temporary folder.
 *
 * @throws {CommandFailure} when the folder belongs to somebody else or others can enter it
 */
function folder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR']
  const { uid } = userInfo()
  const path = runtime ? join(runtime, 'dht') : join(tmpdir(), `dht-${uid}`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = statSync(path)
  if (found.uid === uid && (found.mode & 0o077) === 0) return path
  throw new CommandFailure(`${path} must belong to you alone (chmod 700)`)
}
