// The map of the repository: which paths are sources, which of them stand behind the wall.

/** Sources of a package, an example or a tool, as opposed to its tests and its configuration. */
export function isSource(path: string): boolean {
  return /^(packages|examples|tools)\/[^/]+\/src\//.test(path)
}

/** Sources of a package, public or not. */
export function isPackageSource(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path)
}

/** Tests of a package, and what helps them. */
export function isPackageTest(path: string): boolean {
  return /^packages\/[^/]+\/test\//.test(path)
}

/**
 * Sources that may use Node: the shell of the node, the UDP adapter, and of the simulator its
 * command line and the part that runs the node's shell.
 */
function isShell(path: string): boolean {
  if (path.startsWith('packages/krpc/src/udp')) return true
  if (/^packages\/sim\/src\/(cli\/|facade\/|live\.ts)/.test(path)) return true
  return path.startsWith('packages/node/src/') && !path.startsWith('packages/node/src/core')
}

/** Sources behind the wall: synchronous, deterministic, portable. */
export function isCore(path: string): boolean {
  return isPackageSource(path) && !isShell(path)
}

/** A port: the shape of what the shell provides. It may speak of promises; it makes none. */
export function isPort(path: string): boolean {
  return path === 'packages/krpc/src/transport.ts'
}

/** Files whose default export a tool asks for. */
export function isToolConfig(path: string): boolean {
  return /\.config\.ts$/.test(path) || /^tools\/checks\//.test(path)
}
