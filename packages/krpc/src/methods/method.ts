// What a method is: its name, the arguments of its queries and the results of its responses. Each
// argument and each result is a field, which knows how its value is read, checked, measured and
// written (fields/). Encoder and decoder know nothing else of a method.

import { showValue } from '@dht/id'
import { OptionsError } from '../errors.ts'
import {
  type Field,
  type FieldsOf,
  type NamedField,
  namedField,
  required,
} from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import type { QueryHead } from '../message/envelope.ts'
import { MAX_BUDGET } from '../message/limits.ts'

/** The properties of a query that are not in every query. */
type ArgumentsOf<Q extends QueryHead> = FieldsOf<Omit<Q, keyof QueryHead>>

/** The argument of {@link defineMethod}. */
export interface MethodDefinition<Q extends QueryHead, R> {
  /** On the wire and as `method` of the query: printable ASCII, at most 64 characters. */
  readonly name: Q['method']
  /** By property of the query. */
  readonly arguments: ArgumentsOf<Q>
  /** By property of the response. All results are optional. */
  readonly results: FieldsOf<R>
  /**
   * The argument that does not fit the others, once each of them has been read: it is missing, or
   * its value cannot be used. Undefined: all fit.
   */
  misfit?(query: Q): (keyof ArgumentsOf<Q> & string) | undefined
  /**
   * Most bytes of a query and of a response, of UDP payload, 1 to 1400; by default the reply budget
   * of the network. A response as large as that may be sent to a forged address: see `SECURITY.md`.
   */
  readonly budgets?: Budgets
}

/** Most bytes of the messages of a method; `undefined`: the reply budget of the network. */
export interface Budgets {
  readonly query?: number | undefined
  readonly response?: number | undefined
}

/** A method of queries `Q` and of responses with results `R`. Made by {@link defineMethod}. */
export interface Method<Q extends QueryHead = QueryHead, R = unknown> {
  readonly name: Q['method']
  /** The arguments, without the querier's id. */
  readonly arguments: readonly NamedField[]
  /** The arguments and the querier's id, in the order of their keys. */
  readonly written: readonly NamedField[]
  readonly results: readonly NamedField[]
  readonly budgets: Budgets
  /** The argument that does not fit the others; undefined: all fit. */
  misfit(query: Q): NamedField | undefined
  /** No value: it carries the type of the results. */
  readonly resultType?: R
}

/** The queries of a method, or of several. */
export type QueryOf<M> = M extends Method<infer Q> ? Q : never

/** The results of a method, or of several. */
export type ResultsOf<M> = M extends { readonly resultType?: infer R } ? R : never

/** The id of the sender, which every query and every response has. */
const SENDER = namedField('id', required(idField('id')) as Field)

/** @throws {OptionsError} for a budget out of range */
export function defineMethod<Q extends QueryHead, R>(
  definition: MethodDefinition<Q, R>,
): Method<Q, R> {
  const fields = namedFields(definition.arguments)
  const { query, response } = definition.budgets ?? {}
  return Object.freeze({
    name: definition.name,
    arguments: fields,
    written: sortedWithSender(fields),
    results: namedFields(definition.results),
    budgets: Object.freeze({ query: checkedBudget(query), response: checkedBudget(response) }),
    misfit: (query: Q) => {
      const name = definition.misfit?.(query)
      return name === undefined ? undefined : fields.find((each) => each.name === name)
    },
  })
}

/** Fields and the sender's id in the order of their keys, as bencode wants them. */
export function sortedWithSender(fields: readonly NamedField[]): readonly NamedField[] {
  return [SENDER, ...fields].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function namedFields(fields: object): readonly NamedField[] {
  return Object.entries(fields).map(([name, field]) => namedField(name, field))
}

function checkedBudget(budget: number | undefined): number | undefined {
  if (budget === undefined) return undefined
  if (Number.isInteger(budget) && budget >= 1 && budget <= MAX_BUDGET) return budget
  throw new OptionsError({
    what: 'budget',
    expected: `1 to ${MAX_BUDGET} bytes`,
    got: showValue(budget),
  })
}
