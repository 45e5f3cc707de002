// The gates of the facade: what users pass in is checked here, before anything happens (API-1).

import { type Id, idFromBytes, idFromHex } from '@dht/id'
import { type Endpoint, endpoint, parseEndpoint } from '@dht/krpc'
import { argumentError } from './errors.ts'

/** An identity: bytes of the network's width, or as many bytes in hex. */
export type IdLike = Uint8Array | string

/** A node's place: `1.2.3.4:5`, `[::1]:5`, or the same as an object. Names are not resolved. */
export type EndpointLike = string | { readonly address: string; readonly port: number }

/** @throws {IdLengthError | IdFormatError} */
export function toId(id: IdLike, width: number): Id {
  if (typeof id === 'string') return idFromHex(id, width)
  if (id instanceof Uint8Array) return idFromBytes(id, width)
  throw argumentError('id', `${width} bytes or their hex`, id)
}

/** @throws {EndpointError} */
export function toEndpoint(place: EndpointLike): Endpoint {
  return typeof place === 'string' ? parseEndpoint(place) : endpoint(place.address, place.port)
}

/** @throws {DhtNodeError} outside 1..65535 */
export function toPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw argumentError('port', 'a whole number from 1 to 65535', port)
}

/** Longest token kept for anybody, bytes (field practice: 4 to 20, some up to 40). */
const MAX_TOKEN_BYTES = 64

/** @throws {DhtNodeError} unless 1..64 bytes */
export function toToken(token: Uint8Array): Uint8Array {
  if (token instanceof Uint8Array && token.length >= 1 && token.length <= MAX_TOKEN_BYTES)
    return token
  throw argumentError('token', `1 to ${MAX_TOKEN_BYTES} bytes`, token)
}
