// Where a running node listens for commands of this machine: a socket in a folder that only its
// user can enter. On Windows it is a named pipe.

import { lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs'
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
  if (isWindows || !hasControlFolder()) return []
  return readdirSync(folder()).flatMap((name) => {
    const [, network, port] = /^(dht256|mainline)-(\d+)\.sock$/.exec(name) ?? []
    return network === undefined ? [] : [{ network: network as NetworkName, port: Number(port) }]
  })
}

/**
 * @throws {CommandFailure} as `hasControlFolder` does
 * @throws the system's error when it can't be made
 */
export function makeControlFolder(): void {
  if (isWindows) return
  mkdirSync(folder(), { recursive: true, mode: 0o700 })
  hasControlFolder()
}

/**
 * Whether the folder is there. Without it no node of this user can be asked.
 *
 * @throws {CommandFailure} when the folder belongs to somebody else or others can enter it
 */
export function hasControlFolder(): boolean {
  if (isWindows) return true
  const found = statusOf(folder())
  if (found === undefined) return false
  // A link is refused: somebody else may have made it, and may change it later.
  const isOwn = found.isDirectory() && found.uid === process.getuid?.()
  if (isOwn && (found.mode & 0o077) === 0) return true
  throw new CommandFailure(`${folder()} must belong to you alone (chmod 700)`)
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** In the runtime folder of the user, else in the temporary folder. */
function folder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR']
  return runtime ? join(runtime, 'dht') : join(tmpdir(), `dht-${process.getuid?.()}`)
}
