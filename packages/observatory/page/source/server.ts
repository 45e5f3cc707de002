// Requests to the server of the page, and what it refuses.

import type { Refusal, RelayOffer, Replies, Requests, SessionRequest } from '../../src/protocol.ts'
import { shownText } from '../model/shown-text.ts'

/** A request that the server refused, or that did not reach it. */
export class RequestError extends Error {}

/** @throws {RequestError} */
export async function post(name: 'session', request: SessionRequest): Promise<void>
export async function post<K extends keyof Requests>(
  name: K,
  request: Requests[K],
): Promise<Replies[K]>
export async function post(name: string, request: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  return ask(name, { method: 'POST', headers, body: JSON.stringify(request) })
}

/** How this page can be a node of its own. @throws {RequestError} */
export async function readRelayOffer(): Promise<RelayOffer> {
  return (await ask('relay')) as RelayOffer
}

async function ask(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(path, init).catch(() => {
    throw new RequestError('The node does not answer.')
  })
  if (!response.ok) throw new RequestError(await refusalOf(response))
  return response.status === 204 ? undefined : response.json()
}

/** Why it was refused, in words. */
export async function refusalOf(response: Response): Promise<string> {
  const wait = response.headers.get('retry-after')
  const after = wait === null ? '' : ` Try again in ${shownText(wait, 10)} s.`
  const body = (await response.json().catch(() => undefined)) as Refusal | undefined
  const message = body?.error?.message
  const text = typeof message === 'string' ? shownText(message) : `status ${response.status}`
  return `Refused: ${text}.${after}`
}
