// A method that is not in the list. When it names a target, a node can still respond with the
// contacts nearest to it, so that new methods work across old nodes. An unknown write is refused: a
// querier would take any response to it for a receipt.

import type { Id } from '@dht/id'
import type { Dictionary } from '../bencode/dictionary.ts'
import { defineField, type Field, refuse, required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { nodes6Field, nodesField } from '../fields/nodes.ts'
import { type Want, wantField } from '../fields/want.ts'
import type { QueryHead } from '../message/envelope.ts'
import { MAX_METHOD } from '../message/limits.ts'
import { isPrintable } from '../message/text.ts'
import type { FindNodeResults } from './find-node.ts'
import { defineMethod, type Method } from './method.ts'
import type { MethodList } from './method-list.ts'

/** The one write in use that some networks do not have, BEP 44. */
const WRITE = 'put'

/** Asks something unknown about `target`. To be answered like find_node. */
export interface UnknownQuery extends QueryHead {
  readonly method: 'unknown'
  /** The method's name as it was sent: printable ASCII, cut to 64 characters. */
  readonly name: string
  /** `target` on the wire or, without one, `info_hash`. */
  readonly target: Id
  readonly want?: Want | undefined
}

const TARGET = required(idField('target'))
const INFO_HASH = required(idField('info_hash'))

/** Reads `info_hash` when there is no `target`, and writes `target`. */
const anyTargetField: Field<Id> = defineField({
  ...TARGET,
  read: (dictionary, format) => targetIn(dictionary).read(dictionary, format),
  isForeign: (dictionary, format) => targetIn(dictionary).isForeign!(dictionary, format),
})

/** A method that is not in the list, but for its name. Its results are those of find_node. */
export const unknownMethod: Method<Omit<UnknownQuery, 'name'>, FindNodeResults> = defineMethod({
  name: 'unknown',
  arguments: { target: anyTargetField, want: wantField },
  results: { nodes: nodesField, nodes6: nodes6Field },
})

/** Whether a query is of no method in the list. */
export function isUnknown(query: QueryHead): query is UnknownQuery {
  return query.method === 'unknown'
}

/** The method's name on the wire. */
export function wireNameOf(query: QueryHead): string {
  return isUnknown(query) ? query.name : query.method
}

/** Whether a query of that unknown name can be answered like find_node. */
export function isUnknownRead(name: string, dictionary: Dictionary): boolean {
  return name !== WRITE && (dictionary.has('target') || dictionary.has('info_hash'))
}

/** @throws {EncodeError} when a peer would not read that name as an unknown method */
export function checkUnknownName(name: string, methods: MethodList): void {
  const isText = typeof name === 'string' && name.length > 0 && name.length <= MAX_METHOD
  if (!isText || !isPrintable(name)) {
    refuse('method', `1 to ${MAX_METHOD} printable ASCII characters`, name)
  }
  if (name === WRITE || methods.has(name)) refuse('method', 'the name of an unknown read', name)
}

function targetIn(dictionary: Dictionary): Field<Id> {
  return dictionary.has('target') ? TARGET : INFO_HASH
}
