// How members and functions are declared. A private member is `#private`, which also holds at run
// time. A function has few positional parameters, because two of one type are easily swapped.
import { childrenOf, type Node, textOf, walk } from '../ast.ts'
import { isSource } from '../places.ts'
import { lineAt, type Rule } from '../project.ts'

/** Most positional parameters of a function. `now` does not count. */
export const MAX_PARAMETERS = 3

function parameterCount(node: Node): number {
  return childrenOf(node, 'params').filter((each) => textOf(each) !== 'now').length
}

function offence(node: Node): string | undefined {
  const accessibility = node['accessibility']
  // A constructor can't be `#private`.
  if (typeof accessibility === 'string' && node['kind'] !== 'constructor') {
    return `the modifier ${accessibility} (use #private, or nothing)`
  }
  const isFunction = /^(Function|ArrowFunction|TSEmptyBodyFunction)/.test(node.type)
  if (isFunction && parameterCount(node) > MAX_PARAMETERS) {
    return `${parameterCount(node)} parameters beside now, at most ${MAX_PARAMETERS}`
  }
  return node.type === 'Decorator' ? 'a decorator' : undefined
}

export const signatures: Rule = {
  name: 'signatures',
  why: 'private members stay private at run time, and calls can be read without the declaration',
  *check(project) {
    for (const { path, text, program } of project.modules.filter(({ path }) => isSource(path))) {
      for (const [node] of walk(program)) {
        const what = offence(node)
        if (what !== undefined) yield { path, line: lineAt(text, node.start), what }
      }
    }
  },
}
