// What a method is: its name, the arguments of its queries and the results of its responses. Each
// argument and each result is a field, which knows how its value is read, checked, measured and
// written (fields/). Encoder and decoder know nothing else of a method.

import {
  type Field,
  type FieldsOf,
  type NamedField,
  namedField,
  required,
} from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import type { QueryHead } from '../message/envelope.ts'

/** The properties of a query that are not in every query. */
type ArgumentsOf<Q extends QueryHead> = FieldsOf<Omit<Q, keyof QueryHead>>

/** What the author of a method writes down. */
export interface MethodDefinition<Q extends QueryHead, R> {
  /** On the wire and as `method` of the query: printable ASCII, at most 64 characters. */
  readonly name: Q['method']
  /** By property of the query. */
  readonly arguments: ArgumentsOf<Q>
  /** By property of the response. All results are optional. */
  readonly results: FieldsOf<R>
  /** Whether the arguments fit together, once each of them has been read. */
  accepts?(query: Q): boolean
}

/** A method of queries `Q` and of responses with results `R`. Made by {@link defineMethod}. */
export interface Method<Q extends QueryHead = QueryHead, R = unknown> {
  readonly name: Q['method']
  /** The arguments, without the querier's id. */
  readonly arguments: readonly NamedField[]
  /** The arguments and the querier's id, in the order of their keys. */
  readonly written: readonly NamedField[]
  readonly results: readonly NamedField[]
  accepts(query: Q): boolean
  /** No value: it carries the type of the results. */
  readonly resultType?: R
}

/** The queries of a method, or of several. */
export type QueryOf<M> = M extends Method<infer Q> ? Q : never

/** The results of a method, or of several. */
export type ResultsOf<M> = M extends { readonly resultType?: infer R } ? R : never

/** The id of the sender, which every query and every response has. */
const SENDER = namedField('id', required(idField('id')) as Field)

export function defineMethod<Q extends QueryHead, R>(
  definition: MethodDefinition<Q, R>,
): Method<Q, R> {
  const fields = namedFields(definition.arguments)
  return Object.freeze({
    name: definition.name,
    arguments: fields,
    written: sortedWithSender(fields),
    results: namedFields(definition.results),
    accepts: (query: Q) => definition.accepts?.(query) ?? true,
  })
}

/** Fields and the sender's id in the order of their keys, as bencode wants them. */
export function sortedWithSender(fields: readonly NamedField[]): readonly NamedField[] {
  return [SENDER, ...fields].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function namedFields(fields: object): readonly NamedField[] {
  return Object.entries(fields).map(([name, field]) => namedField(name, field))
}
