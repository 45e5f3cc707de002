// Who may talk to the server. A page of another site reaches loopback through the user's browser,
// so each request must name this server as its host (against DNS rebinding) and, if it has an
// origin, come from a page of this server. The token proves that the user has seen the program's
// output. It becomes a cookie that scripts can't read and other sites can't send.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { parse, serialize } from 'cookie'

/** Browsers that may be let in at once; the one let in longest ago is forgotten. Ours. */
const MAX_SESSIONS = 16
const TOKEN_BYTES = 32

export class Access {
  /** The secret of the URL, hex. */
  readonly token: string = randomBytes(TOKEN_BYTES).toString('hex')
  readonly #hosts: ReadonlySet<string>
  readonly #cookieName: string
  /** Hashes of the cookies' values, oldest first. */
  #sessions: Buffer[] = []

  /** @param hosts - `host:port` under which browsers reach the server, in lower case */
  constructor(hosts: readonly string[], port: number) {
    this.#hosts = new Set(hosts)
    // Cookies of one host are shared by all of its ports.
    this.#cookieName = `dht-observatory-${port}`
  }

  /** Whether the request is meant for this server, and no page of another site has made it. */
  isOurs({ headers, headersDistinct, method }: IncomingMessage): boolean {
    const [named, ...others] = headersDistinct['host'] ?? []
    const host = named?.toLowerCase()
    if (host === undefined || others.length > 0 || !this.#hosts.has(host)) return false
    const { origin } = headers
    if (origin === undefined) return method === 'GET' || method === 'HEAD'
    return origin.toLowerCase() === `http://${host}`
  }

  /** Whether a browser says that a page of another site has made the request. */
  isFromElsewhere({ headers }: IncomingMessage): boolean {
    const site = headers['sec-fetch-site']
    return site !== undefined && site !== 'same-origin' && site !== 'none'
  }

  isToken(given: string): boolean {
    return equalTexts(given, this.token)
  }

  /** @returns the header that sets the cookie of a new session */
  newSession(): string {
    const value = randomBytes(TOKEN_BYTES).toString('hex')
    this.#sessions = [...this.#sessions, hashOf(value)].slice(-MAX_SESSIONS)
    return serialize(this.#cookieName, value, { httpOnly: true, sameSite: 'strict', path: '/' })
  }

  hasSession({ headers }: IncomingMessage): boolean {
    const value = parse(headers.cookie ?? '')[this.#cookieName]
    if (value === undefined) return false
    const hash = hashOf(value)
    return this.#sessions.some((each) => timingSafeEqual(each, hash))
  }
}

/** In a time that says nothing about either text. */
function equalTexts(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b))
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
