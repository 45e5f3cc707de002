// find_node: which contacts are nearest to a target? BEP 5, BEP 32.

import type { Id } from '@dht/id'
import type { Nodes } from '../address/contacts.ts'
import { required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { nodes6Field, nodesField } from '../fields/nodes.ts'
import { type Want, wantField } from '../fields/want.ts'
import type { QueryHead } from '../message/envelope.ts'
import { defineMethod, type Method } from './method.ts'

/** Asks for the contacts nearest to `target`. BEP 5, BEP 32. */
export interface FindNodeQuery extends QueryHead {
  readonly method: 'find_node'
  readonly target: Id
  readonly want?: Want | undefined
}

export interface FindNodeResults {
  /** IPv4 contacts; see `contactsFromCompact`. */
  readonly nodes?: Nodes | undefined
  /** IPv6 contacts. */
  readonly nodes6?: Nodes | undefined
}

export const findNode: Method<FindNodeQuery, FindNodeResults> = defineMethod({
  name: 'find_node',
  arguments: { target: required(idField('target')), want: wantField },
  results: { nodes: nodesField, nodes6: nodes6Field },
})
