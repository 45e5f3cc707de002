// The catalogue and the tests name the same properties: each id of the catalogue stands in the
// title of a test or is listed as open, and each id in a title is in the catalogue.
import { propertiesIn } from '@dht/testing/property-ids'
import { childOf, childrenOf, type Node, nodesOfType, textOf } from '../ast.ts'
import { type Catalogue, cataloguesOf } from '../catalogues.ts'
import { isPackageTest } from '../places.ts'
import { type Finding, lineAt, type Project, type Rule } from '../project.ts'

const NAMING = new Set(['describe', 'it', 'test'])
const KINDS = new Set(['command', 'defect', 'invariant', 'law', 'network', 'oracle', 'statistic'])

/** The name of the function in calls like `it('…')` and `it.each(…)('…')`. */
function calledName(node: Node | undefined): string | undefined {
  if (node?.type === 'CallExpression') return calledName(childOf(node, 'callee'))
  if (node?.type === 'MemberExpression') return calledName(childOf(node, 'object'))
  return textOf(node)
}

/** The text of a title, as far as it consists of literals and constants of its file. */
function titleOf(node: Node | undefined, constants: ReadonlyMap<string, Node>): string {
  if (node === undefined) return ''
  if (node.type === 'Identifier') return titleOf(constants.get(textOf(node) ?? ''), constants)
  if (node.type === 'BinaryExpression') {
    return ['left', 'right'].map((side) => titleOf(childOf(node, side), constants)).join('')
  }
  if (node.type !== 'TemplateLiteral') return textOf(node) ?? ''
  const filled = childrenOf(node, 'expressions').map((each) => titleOf(each, constants))
  const texts = childrenOf(node, 'quasis').map(({ value }) => (value as { raw: string }).raw)
  return texts.map((text, i) => text + (filled[i] ?? '')).join('')
}

function constantsOf(program: Node): Map<string, Node> {
  const constants = new Map<string, Node>()
  for (const node of nodesOfType(program, 'VariableDeclarator')) {
    const [name, value] = [textOf(childOf(node, 'id')), childOf(node, 'init')]
    if (name !== undefined && value !== undefined) constants.set(name, value)
  }
  return constants
}

/** The titles of all tests and groups of tests of the packages, with their places. */
function* titlesIn(project: Project): Generator<Finding> {
  for (const { path, text, program } of project.modules) {
    if (!isPackageTest(path) || !path.endsWith('.test.ts')) continue
    const constants = constantsOf(program)
    for (const node of nodesOfType(program, 'CallExpression')) {
      if (!NAMING.has(calledName(childOf(node, 'callee')) ?? '')) continue
      const what = titleOf(childrenOf(node, 'arguments')[0], constants)
      yield { path, line: lineAt(text, node.start), what }
    }
  }
}

/** Ids that occur twice in the catalogue, and incomplete properties. */
function* malformed(catalogues: readonly Catalogue[]): Generator<Finding> {
  const seen = new Set<string>()
  for (const { path, properties, open, retired } of catalogues) {
    for (const { id } of [...properties, ...retired]) {
      if (seen.has(id)) yield { path, what: `${id} twice` }
      seen.add(id)
    }
    for (const { id, kind } of properties) {
      if (!KINDS.has(kind)) yield { path, what: `${id} of the kind ${kind}` }
    }
    const own = new Set(properties.map(({ id }) => id))
    for (const id of open) if (!own.has(id)) yield { path, what: `${id} open, but no property` }
  }
}

function* untested(catalogues: readonly Catalogue[], tested: Set<string>): Generator<Finding> {
  for (const { path, properties, open, retired } of catalogues) {
    for (const { id } of properties) {
      if (tested.has(id) && open.includes(id)) yield { path, what: `${id} open, but tested` }
      if (!tested.has(id) && !open.includes(id)) yield { path, what: `${id}, which no test names` }
    }
    for (const { id } of retired)
      if (tested.has(id)) yield { path, what: `${id} retired, but tested` }
  }
}

export const properties: Rule = {
  name: 'properties',
  why: 'every property has a test, and every test of a property says which',
  *check(project) {
    const catalogues = cataloguesOf(project)
    const known = new Set(catalogues.flatMap((each) => each.properties.map(({ id }) => id)))
    const tested = new Set<string>()
    for (const { what: title, ...place } of titlesIn(project)) {
      for (const id of propertiesIn(title)) {
        tested.add(id)
        if (!known.has(id)) yield { ...place, what: `${id}, which the catalogue lacks` }
      }
    }
    yield* malformed(catalogues)
    yield* untested(catalogues, tested)
  },
}
