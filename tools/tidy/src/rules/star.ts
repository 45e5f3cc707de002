// Which package may import which. All may import `@dht/id`; the table, krpc, store and search never
// import one another; node imports all of them. Every import is declared, and no path leaves its
// package, except that models may use other packages' models, and a tool's configuration the
// root's.
import { type Import, importsOf, isRelative, packageOf, resolveRelative } from '../imports.ts'
import { isPackageSource, isToolConfig } from '../places.ts'
import { type Finding, type Module, memberOf, type Project, type Rule } from '../project.ts'

const PART_MODELS = /^packages\/[^/]+\/test\/(?:model|support)\//

/** For each package the other packages of the repository that its sources may import. */
const STAR: Readonly<Record<string, readonly string[]>> = {
  '@dht/id': [],
  '@dht/routing-table': ['@dht/id'],
  '@dht/krpc': ['@dht/id'],
  '@dht/store': ['@dht/id'],
  '@dht/search': ['@dht/id'],
  '@dht/node': ['@dht/id', '@dht/routing-table', '@dht/krpc', '@dht/store', '@dht/search'],
  '@dht/lan': ['@dht/node'],
  '@dht/relay': ['@dht/id', '@dht/krpc', '@dht/node'],
  '@dht/bittorrent-dht': ['@dht/krpc', '@dht/node'],
  '@dht/observatory': ['@dht/id', '@dht/krpc', '@dht/node'],
  '@dht/sim': [
    '@dht/id',
    '@dht/routing-table',
    '@dht/krpc',
    '@dht/store',
    '@dht/search',
    '@dht/node',
    '@dht/observatory',
  ],
  '@dht/cli': ['@dht/id', '@dht/krpc', '@dht/node', '@dht/lan', '@dht/observatory', '@dht/relay'],
}

/** The packages that a module may import. Tests may also use the root's dependencies. */
function declared(project: Project, path: string): Set<string> {
  const own = memberOf(project, path)?.manifest
  const root = project.members.find(({ folder }) => folder === '')?.manifest
  const names = [
    own?.name,
    ...Object.keys(own?.dependencies ?? {}),
    ...Object.keys(own?.peerDependencies ?? {}),
    ...Object.keys(own?.optionalDependencies ?? {}),
  ]
  if (!isPackageSource(path)) {
    names.push(...Object.keys(own?.devDependencies ?? {}))
    names.push(...Object.keys(root?.devDependencies ?? {}))
  }
  return new Set(names.filter((name) => name !== undefined))
}

/** A model of the whole node may use the models of other packages. */
function isOfModels(path: string, target: string): boolean {
  return /^packages\/[^/]+\/test\/model\//.test(path) && PART_MODELS.test(target)
}

/** A tool that runs the tests of all packages may extend the root's configuration. */
function extendsRoot(path: string, target: string): boolean {
  return path.startsWith('tools/') && isToolConfig(path) && target === 'vitest.config.ts'
}

function fault(project: Project, { path }: Module, { specifier }: Import): string | undefined {
  if (isRelative(specifier)) {
    const target = resolveRelative(path, specifier)
    const home = memberOf(project, path)?.folder
    if (memberOf(project, target)?.folder === home || isOfModels(path, target)) return undefined
    if (extendsRoot(path, target)) return undefined
    return `${specifier} leaves its package`
  }
  if (specifier.startsWith('node:')) return undefined
  const wanted = packageOf(specifier)
  if (!declared(project, path).has(wanted)) return `${wanted} is not among its dependencies`

  const own = memberOf(project, path)?.manifest.name ?? ''
  const isOurs = wanted.startsWith('@dht/') && wanted !== own
  if (isPackageSource(path) && isOurs && !STAR[own]?.includes(wanted)) {
    return `${own} must not know ${wanted}`
  }
  return undefined
}

export const star: Rule = {
  name: 'star',
  why: 'each package can be installed, read and replaced alone',
  *check(project): Generator<Finding> {
    for (const module of project.modules) {
      for (const found of importsOf(module)) {
        const what = fault(project, module, found)
        if (what !== undefined) yield { path: module.path, line: found.line, what }
      }
    }
  },
}
