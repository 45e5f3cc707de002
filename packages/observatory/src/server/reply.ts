// How the server replies: JSON, never from a cache.

import type { ServerResponse } from 'node:http'
import type { Refusal } from '../protocol.ts'

/** Why a request is refused, and the status that says so. */
const STATUSES = {
  argument: 400,
  body: 400,
  json: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  method: 405,
  'too-long': 413,
  type: 415,
  'too-many': 429,
  failed: 500,
  full: 503,
} as const

export class RefusedRequest extends Error {
  readonly code: keyof typeof STATUSES
  /** After which time to try again, s. */
  readonly retryAfter: number | undefined

  constructor(code: keyof typeof STATUSES, message: string, retryAfter?: number) {
    super(message)
    this.code = code
    this.retryAfter = retryAfter
  }
}

export function reply(response: ServerResponse, status: number, body?: object): void {
  response.setHeader('cache-control', 'no-store')
  if (body === undefined) {
    response.writeHead(status).end()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function refuse(response: ServerResponse, refused: RefusedRequest): void {
  const { code, message, retryAfter } = refused
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
  const body: Refusal = { error: { code, message } }
  reply(response, STATUSES[code], body)
}
