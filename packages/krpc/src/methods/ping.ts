// ping: is this node there? BEP 5.

import type { QueryHead } from '../message/envelope.ts'
import { defineMethod, type Method } from './method.ts'

/** Asks whether a node is there. The response has nothing but an id. BEP 5. */
export interface PingQuery extends QueryHead {
  readonly method: 'ping'
}

export const ping: Method<PingQuery, object> = defineMethod({
  name: 'ping',
  arguments: {},
  results: {},
})
