// What a user asks of the node that is shown: the one of the program, by its server, or the one of
// this page.

import type { Replies, Requests } from '../../src/protocol.ts'
import { pageNode, shownNode } from '../state/app-state.ts'
import { post, RequestError } from './server.ts'

type Calls = {
  readonly [K in keyof Requests]: (wanted: Requests[K]) => Replies[K] | Promise<Replies[K]>
}

/** @throws {RequestError} */
export async function send<K extends keyof Requests>(
  name: K,
  request: Requests[K],
): Promise<Replies[K]> {
  if (shownNode.value === 'program') return post(name, request)
  const state = pageNode.value
  if (state.kind !== 'running') throw new RequestError('No node runs in this page.')
  const { requests } = state.node
  const calls: Calls = {
    lookup: (wanted) => requests.lookup(wanted),
    enter: (wanted) => requests.enter(wanted),
    delete: (wanted) => requests.delete(wanted),
    put: (wanted) => requests.put(wanted),
  }
  return refusing(() => calls[name](request))
}

async function refusing<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new RequestError(error instanceof Error ? error.message : String(error))
  }
}
