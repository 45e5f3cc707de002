// Finds the file that a path names. Links are followed, so that a save keeps the link and replaces
// its target, and so that all paths to a file have the same lock.

import { basename, dirname, join, sep } from 'node:path'
import { DhtNodeError } from '../../errors.ts'
import { codeOf, type FileOperations } from './machine.ts'

/**
 * Creates the missing folders of a file that does not exist.
 *
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for a path that can't name a file
 */
export async function locate(path: string, files: FileOperations): Promise<string> {
  try {
    return await files.realpath(path)
  } catch (error) {
    if (codeOf(error) === 'ERR_INVALID_ARG_VALUE') throw refused('the path of a file', path, error)
    if (codeOf(error) !== 'ENOENT') throw error
  }
  if (await isLink(path, files)) {
    // The target may be on a disk that is missing now: a new state would replace it.
    throw refused('the path of a file', `${path}, a link to something that isn’t there`)
  }
  if (path.endsWith('/') || path.endsWith(sep)) {
    throw refused('the path of a file', `${path}, which names a folder`)
  }
  await makeFolders(dirname(path), files)
  return join(await files.realpath(dirname(path)), basename(path))
}

/**
 * Creates one folder after the other. `mkdir` with `recursive` never ends on Node 20 inside a
 * folder that can't have others, such as /proc.
 */
async function makeFolders(path: string, files: FileOperations): Promise<void> {
  const above = dirname(path)
  if (above === path) return
  try {
    await makeFolder(path, files)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    await makeFolders(above, files)
    await makeFolder(path, files)
  }
}

async function makeFolder(path: string, files: FileOperations): Promise<void> {
  try {
    await files.mkdir(path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

async function isLink(path: string, files: FileOperations): Promise<boolean> {
  try {
    return (await files.lstat(path)).isSymbolicLink()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

export function refused(expected: string, got: string, cause?: unknown): DhtNodeError {
  const message = `state: expected ${expected}, got ${got}`
  return new DhtNodeError('ERR_DHT_NODE_ARGUMENT', message, { cause })
}
