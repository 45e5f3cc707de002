// The addresses in the package.json of each public package. They follow from one constant,
// `repository` in `repository.json`.

/** @typedef {{ name: string, private?: boolean, [field: string]: unknown }} Manifest */

/**
 * @param {Manifest} manifest
 * @param {{ readonly repository: string, readonly folder: string }} place - the address of the
 *   repository without a slash at its end, such as `https://github.com/somebody/dht`, and the
 *   package's folder in it
 * @returns {Manifest}
 * @throws {Error} when there is no such address: npm checks the origin of a package by it
 */
export function withLinks(manifest, { repository, folder }) {
  if (!/^https:\/\/[\w.-]+(?:\/[\w.-]+)+$/.test(repository)) {
    const expected = 'the https address of the public repository'
    throw new Error(`tools/release/repository.json: expected ${expected}, got "${repository}"`)
  }
  return {
    ...manifest,
    repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
    homepage: `${repository}/tree/main/${folder}#readme`,
    bugs: `${repository}/issues`,
  }
}
