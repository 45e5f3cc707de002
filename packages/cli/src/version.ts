// The version of the command, as `dht --version` prints it.

import { readFileSync } from 'node:fs'

/** From the manifest of the package, which is beside the folder of the sources and of the build. */
export function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
