// What a module imports, in every form of the language, and which file an import means.
import { childOf, textOf, walk } from './ast.ts'
import { lineAt, type Module, type Project } from './project.ts'

export interface Import {
  readonly specifier: string
  readonly line: number
}

const FORMS = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

/** Every module that `module` names: imports, re-exports, dynamic imports, import types. */
export function importsOf(module: Module): Import[] {
  const imports: Import[] = []
  for (const [node] of walk(module.program)) {
    if (!FORMS.has(node.type)) continue
    const specifier = textOf(childOf(node, 'source') ?? childOf(node, 'argument'))
    if (specifier === undefined) continue
    imports.push({ specifier, line: lineAt(module.text, node.start) })
  }
  return imports
}

/** Whether an import is by path, within a package. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

/** The path that a relative import names, relative to the repository. */
export function resolveRelative(from: string, specifier: string): string {
  const path = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') path.pop()
    else if (part !== '.') path.push(part)
  }
  return path.join('/')
}

/** The package that a specifier names: `@dht/krpc/udp` gives `@dht/krpc`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** For each module the modules it imports by path. */
export function graphOf(project: Project): Map<string, string[]> {
  const known = new Set(project.modules.map(({ path }) => path))
  return new Map(
    project.modules.map((module) => [
      module.path,
      importsOf(module)
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => resolveRelative(module.path, specifier))
        .filter((path) => known.has(path)),
    ]),
  )
}
