// The part of TypeScript that is JavaScript with types: what is private is `#private`, a choice is
// a union of literals. And few positional arguments: two of one type are easily swapped.
import { childrenOf, type Node, textOf, walk } from '../ast.ts'
import { isSource } from '../places.ts'
import { lineAt, type Rule } from '../project.ts'

/** Positional parameters of a function, a trailing `now` not counted. */
export const MAX_PARAMETERS = 3

const REFUSED: Readonly<Record<string, string>> = {
  TSEnumDeclaration: 'an enum (use a union of literals)',
  TSParameterProperty: 'a parameter property (declare the field)',
  TSImportEqualsDeclaration: 'import = (use import from)',
  Decorator: 'a decorator',
}

function parameterCount(node: Node): number {
  const names = childrenOf(node, 'params').filter((each) => textOf(each) !== 'now')
  return names.length
}

function offence(node: Node): string | undefined {
  const accessibility = node['accessibility']
  // Only a constructor cannot be `#private`.
  const isFree = node['kind'] === 'constructor' || node.type === 'TSParameterProperty'
  if (typeof accessibility === 'string' && !isFree) {
    return `the modifier ${accessibility} (use #private, or nothing)`
  }
  if (node.type === 'TSModuleDeclaration' && node['kind'] === 'namespace') return 'a namespace'
  const isFunction = /^(Function|ArrowFunction|TSEmptyBodyFunction)/.test(node.type)
  if (isFunction && parameterCount(node) > MAX_PARAMETERS) {
    return `${parameterCount(node)} parameters beside now, at most ${MAX_PARAMETERS}`
  }
  return REFUSED[node.type]
}

export const plainLanguage: Rule = {
  name: 'plain language',
  why: 'sources run as they stand once the types are erased, and calls read without a manual',
  *check(project) {
    for (const { path, text, program } of project.modules.filter(({ path }) => isSource(path))) {
      for (const [node] of walk(program)) {
        const what = offence(node)
        if (what !== undefined) yield { path, line: lineAt(text, node.start), what }
      }
    }
  },
}
