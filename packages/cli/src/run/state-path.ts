// Where a node that runs keeps its state: in the user's folder for states, one file for each
// network and port. A path that can't be used is told before anything is opened.

import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { xdgState } from 'xdg-basedir'
import { CommandFailure, EXIT } from '../exit.ts'
import { NETWORKS } from '../options/node-options.ts'
import type { RunSettings } from './settings.ts'

/**
 * The file of the state, in a folder that exists. A node at any free port has none by default:
 * the next one has another port.
 *
 * @returns undefined for no state
 * @throws {CommandFailure} when the path can't be used
 */
export async function statePathOf(settings: RunSettings): Promise<string | undefined> {
  const { network = 'dht256', port = NETWORKS[network].defaultPort, state } = settings
  if (state === 'none' || (state === undefined && port === 0)) return undefined
  const path = state ?? (await usualPath(`${network}-${port}.state`))
  await check(path)
  return path
}

async function usualPath(name: string): Promise<string> {
  if (xdgState === undefined) throw refused('', 'this user has no home folder')
  const folder = join(xdgState, 'dht')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw refused(folder, codeOf(error))
  }
  return join(folder, name)
}

async function check(path: string): Promise<void> {
  const folder = dirname(path)
  try {
    if (!(await stat(folder)).isDirectory()) throw refused(folder, 'not a folder')
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw error instanceof CommandFailure ? error : refused(folder, codeOf(error))
  }
  try {
    if (!(await stat(path)).isFile()) throw refused(path, 'not a file')
    await access(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    if (codeOf(error) !== 'ENOENT') throw refused(path, codeOf(error))
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'nothing can be written there',
}

function refused(path: string, why: string): CommandFailure {
  const where = path === '' ? '' : ` in ${path}`
  const advice = 'give another --state <file>, or --state none'
  return new CommandFailure(
    `no state can be kept${where}: ${REASONS[why] ?? why}; ${advice}`,
    EXIT.usage,
  )
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
