// A file is named for its main export: `routing-table.ts` holds `RoutingTable`, `id-hex.ts` holds
// `idFromHex`, `ip-address.ts` holds `addressBytes`. A name that no export contains is refused
// (`utils.ts`). A file that collects things of one kind may be named for the kind, as listed here.
import { childOf, childrenOf, type Node, textOf } from '../ast.ts'
import { isPackageSource } from '../places.ts'
import type { Rule } from '../project.ts'

const GATHERINGS: Readonly<Record<string, string>> = {
  index: 'the exports of a package',
  main: 'where a program starts',
  errors: 'all errors of a package',
  options: 'options, defaults and how they resolve',
  limits: 'the named bounds of a package',
  conformance: 'the promises of a port, with their checks',
  bytes: 'the bytes to which a format gives a meaning',
  arguments: 'what a caller may hand in, and how it is read',
  text: 'bytes made readable',
}

/** Whether a word of the file's name, in the singular, occurs in the name of the export. */
export function isNamedFor(file: string, name: string): boolean {
  const letters = name.replaceAll('_', '').toLowerCase()
  return file.split('-').some((word) => letters.includes(word.replace(/s$/, '')))
}

function declaredNames(declaration: Node | undefined): (string | undefined)[] {
  if (declaration === undefined) return []
  const declarators = childrenOf(declaration, 'declarations')
  const nodes = declarators.length > 0 ? declarators : [declaration]
  return nodes.map((node) => textOf(childOf(node, 'id')))
}

/** The names that a module exports or re-exports. */
export function exportedNames(program: Node): string[] {
  return childrenOf(program, 'body')
    .filter(({ type }) => type === 'ExportNamedDeclaration')
    .flatMap((node) => [
      ...declaredNames(childOf(node, 'declaration')),
      ...childrenOf(node, 'specifiers').map((each) => textOf(childOf(each, 'exported'))),
    ])
    .filter((name) => name !== undefined)
}

export const fileNames: Rule = {
  name: 'file names',
  why: 'a file holds one concept and is found by its name',
  *check(project) {
    for (const { path, program } of project.modules) {
      if (!isPackageSource(path)) continue
      const name = path.replace(/^.*\//, '').replace(/\.ts$/, '')
      if (Object.hasOwn(GATHERINGS, name)) continue
      const exports = exportedNames(program)
      if (exports.some((each) => isNamedFor(name, each))) continue
      yield { path, what: `exports ${exports.join(', ') || 'nothing'}, none of them ${name}` }
    }
  },
}
