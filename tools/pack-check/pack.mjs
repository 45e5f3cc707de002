// Packs every public package of the repository, as npm would publish it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [dependencies]
 *
 * @typedef {{ readonly manifest: Manifest, readonly folder: string, readonly tarball: string }} Packed
 */

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string} path */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * @param {string} target - the folder for the tarballs
 * @param {(cwd: string, program: string, ...args: string[]) => unknown} exec
 * @returns {Packed[]}
 */
export function packAll(target, exec) {
  const { packageManager } = readJson(join(root, 'package.json'))
  exec(root, 'npx', '-y', packageManager, 'exec', 'node', 'tools/checks/run.mjs', 'build')
  mkdirSync(target, { recursive: true })
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  return folders.flatMap((folder) => {
    /** @type {Manifest} */
    const manifest = readJson(join(folder, 'package.json'))
    if (manifest.private) return []
    const tarball = join(target, `${manifest.name.replace('@dht/', 'dht-')}.tgz`)
    exec(folder, 'npx', '-y', packageManager, 'pack', '--out', tarball)
    return [{ manifest, folder, tarball }]
  })
}

// `npm run tarballs`: the packages, to install elsewhere.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packed = packAll(join(root, 'tarballs'), (cwd, program, ...args) => {
    execFileSync(program, args, { cwd, stdio: ['ignore', process.stderr, 'inherit'] })
  })
  for (const { tarball } of packed) console.log(tarball)
}
