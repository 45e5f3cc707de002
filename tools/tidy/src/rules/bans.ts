// Names that must not appear behind the wall, each with the reason. The compiler refuses most of
// them already (no DOM, no Node types); this rule also catches `Date`, `Math.random`, promises and
// anything that was declared by hand to get past the compiler.
import { childOf, type Node, textOf, walk } from '../ast.ts'
import { importsOf } from '../imports.ts'
import { isCore, isPort } from '../places.ts'
import { type Finding, lineAt, type Module, type Rule } from '../project.ts'

const CLOCK = 'the moment is an argument: take `now`, in milliseconds, as the last parameter'
const CHANCE = 'chance is an argument: take a `RandomSource`'
const TIMER = 'the core never waits: say by an instant when it wants to be woken'
const EMITTER = 'outcomes are returned, never announced'
const BYTES = 'bytes are `Uint8Array`, so that the package runs everywhere'
const SYNCHRONOUS = 'the core is synchronous: between an input and its effects nothing waits'
const WINDOW = 'the core has no window but the values it returns'

const BANNED_NAMES: Readonly<Record<string, string>> = {
  Date: CLOCK,
  performance: CLOCK,
  crypto: CHANCE,
  setTimeout: TIMER,
  setInterval: TIMER,
  setImmediate: TIMER,
  queueMicrotask: SYNCHRONOUS,
  Promise: SYNCHRONOUS,
  PromiseLike: SYNCHRONOUS,
  EventEmitter: EMITTER,
  EventTarget: EMITTER,
  Buffer: BYTES,
  process: WINDOW,
  console: WINDOW,
  fetch: WINDOW,
  globalThis: WINDOW,
}

/** The name that an identifier uses, unless it only names a property. */
function usedName(node: Node, parent: Node | undefined): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const isName = parent?.['property'] === node || parent?.['key'] === node
  const isShorthand = parent?.['shorthand'] === true
  if (isName && parent['computed'] !== true && !isShorthand) return undefined
  return textOf(node)
}

/** What a node does that a core must not do: the words for it and the reason. */
function offence(node: Node, parent: Node | undefined): readonly [string, string] | undefined {
  if (node['async'] === true) return ['an async function', SYNCHRONOUS]
  if (node.type === 'AwaitExpression') return ['await', SYNCHRONOUS]
  if (node.type === 'MemberExpression') {
    const path = `${textOf(childOf(node, 'object'))}.${textOf(childOf(node, 'property'))}`
    if (path === 'Math.random') return [path, CHANCE]
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

function* bannedImports(module: Module): Generator<Finding> {
  for (const { specifier, line } of importsOf(module)) {
    if (specifier.startsWith('node:') || specifier === '@dht/krpc/udp') {
      yield { path: module.path, line, what: `${specifier} (${WINDOW})` }
    }
  }
}

export const bans: Rule = {
  name: 'bans',
  why: 'everything but the shells and the UDP adapter is synchronous and deterministic',
  *check(project) {
    for (const module of project.modules.filter(({ path }) => isCore(path))) {
      yield* bannedNames(module)
      yield* bannedImports(module)
    }
  },
}
