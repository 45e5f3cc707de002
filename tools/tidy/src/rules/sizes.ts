// How long a file, a function and a line may be. A line may be longer when it holds one word that
// cannot be broken (a test vector, an address).
import { type Node, walk } from '../ast.ts'
import { isSource } from '../places.ts'
import { type Finding, lineAt, type Module, type Project, type Rule } from '../project.ts'

export const MAX_FILE_LINES = 400
export const LONG_FILE_LINES = 300
export const MAX_FUNCTION_LINES = 70
export const MAX_COLUMNS = 100
const UNBREAKABLE = /\S{60,}/

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

export function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length
}

/** Files that are still allowed but worth a look, longest first. */
export function longFiles(project: Project): { readonly path: string; readonly lines: number }[] {
  return project.modules
    .map(({ path, text }) => ({ path, lines: lineCount(text) }))
    .filter(({ lines }) => lines > LONG_FILE_LINES)
    .sort((a, b) => b.lines - a.lines)
}

function functionLines(text: string, node: Node): number {
  return lineAt(text, node.end) - lineAt(text, node.start) + 1
}

function* longFunctions({ path, text, program }: Module): Generator<Finding> {
  for (const [node] of walk(program)) {
    if (!FUNCTIONS.has(node.type)) continue
    const lines = functionLines(text, node)
    if (lines <= MAX_FUNCTION_LINES) continue
    const what = `a function of ${lines} lines, at most ${MAX_FUNCTION_LINES}`
    yield { path, line: lineAt(text, node.start), what }
  }
}

function* longLines({ path, text }: Module): Generator<Finding> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.length <= MAX_COLUMNS || UNBREAKABLE.test(line)) continue
    yield { path, line: index + 1, what: `${line.length} columns, at most ${MAX_COLUMNS}` }
  }
}

export const sizes: Rule = {
  name: 'sizes',
  why: 'short files, functions and lines are easier to read',
  *check(project) {
    for (const module of project.modules) {
      const lines = lineCount(module.text)
      if (lines > MAX_FILE_LINES) {
        yield { path: module.path, what: `${lines} lines, at most ${MAX_FILE_LINES}` }
      }
      if (isSource(module.path)) yield* longFunctions(module)
      yield* longLines(module)
    }
  },
}
