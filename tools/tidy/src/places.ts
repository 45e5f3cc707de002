// Which paths are sources and tests, and which sources belong to the core. The rules share this.
import type { Project } from './project.ts'

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

/** A folder, file or pattern of a tsconfig, as an expression for the paths that it names. */
function pathsOf(folder: string, pattern: string): RegExp {
  const escaped = pattern.replaceAll('.', String.raw`\.`)
  const glob = escaped.replace(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'))
  return new RegExp(`^${folder}/${glob}(/|$)`)
}

/**
 * The modules of the core: synchronous, deterministic, portable. They are those that a package's
 * `tsconfig.wall.json` gives to the compiler without DOM and Node; all others are shell.
 */
export function coreModules({ texts, modules }: Project): Project['modules'] {
  const walls = texts.filter(({ path }) => path.endsWith('/tsconfig.wall.json'))
  const included: RegExp[] = []
  const excluded: RegExp[] = []
  for (const { path, text } of walls) {
    const folder = path.replace('/tsconfig.wall.json', '')
    const { include = [], exclude = [] }: { include?: string[]; exclude?: string[] } = JSON.parse(
      text.replace(/^\s*\/\/.*$/gm, ''),
    )
    included.push(...include.map((pattern) => pathsOf(folder, pattern)))
    excluded.push(...exclude.map((pattern) => pathsOf(folder, pattern)))
  }
  const isNamed = (patterns: readonly RegExp[], path: string): boolean =>
    patterns.some((pattern) => pattern.test(path))
  return modules.filter(({ path }) => isNamed(included, path) && !isNamed(excluded, path))
}

/** A port: an interface that the shell implements. Its methods may return promises. */
export function isPort(path: string): boolean {
  return path === 'packages/krpc/src/transport/transport.ts'
}

/** The configuration file of a tool. */
export function isToolConfig(path: string): boolean {
  return /\.config\.ts$/.test(path) || /^tools\/checks\//.test(path)
}
