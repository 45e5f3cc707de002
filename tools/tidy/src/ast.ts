// A small view of the syntax tree: every node, in source order, with the path that leads to it.
import { parseSync } from 'oxc-parser'

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The syntax tree of a TypeScript module. Throws when it does not parse. */
export function parse(path: string, text: string): Node {
  const { program, errors } = parseSync(path, text)
  const [first] = errors
  if (first !== undefined) throw new Error(`${path}: ${first.message}`)
  return program as unknown as Node
}

/** Every node below and including `node`, each with its ancestors, the nearest last. */
export function* walk(
  node: Node,
  ancestors: readonly Node[] = [],
): Generator<readonly [Node, readonly Node[]]> {
  yield [node, ancestors]
  const path = [...ancestors, node]
  for (const value of Object.values(node)) {
    const children: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const child of children) if (isNode(child)) yield* walk(child, path)
  }
}

/** Every node of one type below and including `node`, in source order; faster than `walk`. */
export function* nodesOfType(node: Node, type: string): Generator<Node> {
  const due = [node]
  for (let next = due.pop(); next !== undefined; next = due.pop()) {
    if (next.type === type) yield next
    due.push(...Object.values(next).flat().filter(isNode).reverse())
  }
}

/** The child of `node` under `key`, when it is a node. */
export function childOf(node: Node, key: string): Node | undefined {
  const child = node[key]
  return isNode(child) ? child : undefined
}

/** The children of `node` under `key`, when they are a list of nodes. */
export function childrenOf(node: Node, key: string): readonly Node[] {
  const children = node[key]
  return Array.isArray(children) ? children.filter(isNode) : []
}

/** The text of a string literal, or of an identifier's name. */
export function textOf(node: Node | undefined): string | undefined {
  const text = node?.['value'] ?? node?.['name']
  return typeof text === 'string' ? text : undefined
}
