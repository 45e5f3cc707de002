// The core takes time and randomness as arguments and is synchronous. Its compiler settings refuse
// everything of Node and the DOM. This rule refuses what every JavaScript engine has, and what the
// compiler therefore allows.
import { childOf, type Node, textOf, walk } from '../ast.ts'
import { coreModules, isPort } from '../places.ts'
import { type Finding, lineAt, type Module, type Rule } from '../project.ts'

const CLOCK = 'take `now`, in milliseconds, as the last parameter'
const RANDOM = 'take a `RandomSource`'
const SYNCHRONOUS = 'the core is synchronous'

const BANNED_NAMES: Readonly<Record<string, string>> = {
  Date: CLOCK,
  Promise: SYNCHRONOUS,
  PromiseLike: SYNCHRONOUS,
  globalThis: 'it gives access to names that the compiler refuses',
}

/** The name that an identifier uses, unless it only names a property. */
function usedName(node: Node, parent: Node | undefined): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const isName = parent?.['property'] === node || parent?.['key'] === node
  const isShorthand = parent?.['shorthand'] === true
  if (isName && parent['computed'] !== true && !isShorthand) return undefined
  return textOf(node)
}

/** What a node does that the core must not do, and the reason. */
function offence(node: Node, parent: Node | undefined): readonly [string, string] | undefined {
  if (node['async'] === true) return ['an async function', SYNCHRONOUS]
  if (node.type === 'AwaitExpression') return ['await', SYNCHRONOUS]
  if (node.type === 'MemberExpression') {
    const path = `${textOf(childOf(node, 'object'))}.${textOf(childOf(node, 'property'))}`
    if (path === 'Math.random') return [path, RANDOM]
  }
  const name = usedName(node, parent)
  if (name === undefined || !Object.hasOwn(BANNED_NAMES, name)) return undefined
  return [name, BANNED_NAMES[name] ?? '']
}

function* bannedNames(module: Module): Generator<Finding> {
  for (const [node, ancestors] of walk(module.program)) {
    const found = offence(node, ancestors.at(-1))
    if (found === undefined) continue
    const [what, why] = found
    if (isPort(module.path) && what === 'Promise') continue
    yield { path: module.path, line: lineAt(module.text, node.start), what: `${what} (${why})` }
  }
}

export const bans: Rule = {
  name: 'bans',
  why: 'the core is synchronous and deterministic',
  *check(project) {
    for (const module of coreModules(project)) yield* bannedNames(module)
  },
}
