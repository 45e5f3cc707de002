// Reads the body of a request as JSON of a known shape.

import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { RefusedRequest } from './reply.ts'

/** Longest body, bytes: ours, several times the longest that is useful. */
const MAX_BODY = 8_192

/** @throws {RefusedRequest} for a body that is too long, no JSON, or of another shape */
export async function readBody<T>(
  request: IncomingMessage,
  schema: v.GenericSchema<unknown, T>,
): Promise<T> {
  const [type] = (request.headers['content-type'] ?? '').split(';')
  if (type?.trim().toLowerCase() !== 'application/json') {
    throw new RefusedRequest('type', 'expected content-type: application/json')
  }
  const result = v.safeParse(schema, jsonOf(await bytesOf(request)))
  if (result.success) return result.output
  const where = result.issues[0].path?.map(({ key }) => String(key)).join('.') ?? 'body'
  const names = new Set(['token', 'target', 'mode', 'id', 'port', 'value'])
  const what = names.has(where) ? where : 'body'
  throw new RefusedRequest('argument', `${what}: not as the request demands`)
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > MAX_BODY) throw tooLong()
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      length += (chunk as Buffer).length
      if (length > MAX_BODY) throw tooLong()
      chunks.push(chunk as Buffer)
    }
  } catch (thrown) {
    if (thrown instanceof RefusedRequest) throw thrown
    throw new RefusedRequest('body', 'the body did not arrive')
  }
  return Buffer.concat(chunks)
}

function tooLong(): RefusedRequest {
  return new RefusedRequest('too-long', `expected at most ${MAX_BODY} bytes`)
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new RefusedRequest('json', 'expected JSON')
  }
}
