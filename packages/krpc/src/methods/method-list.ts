// The methods that a network understands. A response does not name its method, so a key of its
// results has the same meaning in all methods of a list.

import { showValue } from '@dht/id'
import type { Family } from '../address/endpoint.ts'
import { type Span, spells } from '../bencode/span.ts'
import { OptionsError } from '../errors.ts'
import type { NamedField } from '../fields/field.ts'
import { tokenField } from '../fields/token.ts'
import { MAX_METHOD } from '../message/limits.ts'
import { isPrintable } from '../message/text.ts'
import { type Method, sortedWithSender } from './method.ts'

export class MethodList<M extends Method = Method> {
  readonly all: readonly M[]
  /** The results of all methods. */
  readonly results: readonly NamedField[]
  /** The results of all methods and the responder's id, in the order of their keys. */
  readonly written: readonly NamedField[]
  /** The results that may be shortened, by the querier's family, the first to shorten first. */
  readonly cutOrder: Readonly<Record<Family, readonly NamedField[]>>
  /** The write token among the results. */
  readonly token: NamedField | undefined
  /** The other results that are never shortened. */
  readonly uncut: readonly NamedField[]

  /**
   * @throws {OptionsError} when a name cannot be used or two methods have the same one, when a key
   *   has two meanings in results, or when a result is required
   */
  constructor(methods: readonly M[]) {
    for (const { name } of methods) checkName(name)
    const names = new Set(methods.map(({ name }) => name))
    if (names.size < methods.length) refuse('methods', 'different names', [...names])
    this.all = Object.freeze([...methods])
    this.results = Object.freeze(distinct(methods.flatMap(({ results }) => results)))
    this.written = Object.freeze(sortedWithSender(this.results))
    this.cutOrder = Object.freeze({ 4: cutOrder(this.results, 4), 6: cutOrder(this.results, 6) })
    this.token = this.results.find(({ field }) => field === tokenField)
    this.uncut = this.results.filter((each) => each.cut === undefined && each !== this.token)
    Object.freeze(this)
  }

  get names(): readonly string[] {
    return this.all.map(({ name }) => name)
  }

  has(name: string): boolean {
    return this.named(name) !== undefined
  }

  /** The method with that name. */
  named(name: string): M | undefined {
    const { all } = this
    for (let i = 0; i < all.length; i++) if (all[i]!.name === name) return all[i]
    return undefined
  }

  /** The method whose name lies there. */
  spelled(bytes: Uint8Array, name: Span): M | undefined {
    const { all } = this
    for (let i = 0; i < all.length; i++) if (spells(bytes, name, all[i]!.name)) return all[i]
    return undefined
  }
}

/** `unknown` stands for all methods that are not in the list. */
function checkName(name: string): void {
  if (name === 'unknown') refuse('method', 'another name', name)
  if (name.length > 0 && name.length <= MAX_METHOD && isPrintable(name)) return
  refuse('method', `1 to ${MAX_METHOD} printable ASCII characters`, name)
}

/** Each field once. */
function distinct(fields: readonly NamedField[]): NamedField[] {
  const byKey = new Map<string, NamedField>()
  for (const each of fields) {
    const { key, isRequired } = each
    // A response does not tell its method, so none can be missed.
    if (isRequired) refuse('results', 'optional fields', key)
    const first = byKey.get(key) ?? each
    if (first.field !== each.field || first.name !== each.name) {
      refuse('results', `one meaning of the key ${key}`, key)
    }
    byKey.set(key, first)
  }
  return [...byKey.values()]
}

function cutOrder(fields: readonly NamedField[], querier: Family): readonly NamedField[] {
  const rank = ({ cut }: NamedField) => cut?.rank(querier) ?? 0
  return fields.filter(({ cut }) => cut !== undefined).sort((a, b) => rank(a) - rank(b))
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new OptionsError({ what, expected, got: showValue(got) })
}
