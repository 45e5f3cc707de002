// The gates of the facade: what users pass in is checked here, before anything happens (API-1).

import { type Id, idFromBytes, idFromHex, isBytes } from '@dht/id'
import { type Endpoint, endpoint, isUnicast, parseEndpoint } from '@dht/krpc'
import type { LookupMode } from '../core/operations/command.ts'
import { endpointOnThisMachine } from '../core/overlay/this-machine.ts'
import { argumentError, unknownName } from '../errors.ts'

/** An identity: bytes of the network's width, or as many bytes in hex. */
export type IdLike = Uint8Array | string

/**
 * A node's place: `1.2.3.4:5`, `[::1]:5`, or the same as an object, such as a contact. Names are
 * not resolved.
 */
export type EndpointLike = string | { readonly address: string; readonly port: number }

/** Options of calls that can be cancelled. */
export interface CallOptions {
  /**
   * Cancels the operation and frees what it holds at once; the call rejects with the signal's
   * reason.
   */
  readonly signal?: AbortSignal
}

/** Options of a lookup. */
export interface LookupOptions extends CallOptions {
  /**
   * `quick` (default) ends once an endpoint is known and each of the k nearest nodes has answered,
   * failed or become slow; `all` waits for the slow ones; `first` ends with the first endpoint.
   */
  readonly mode?: LookupMode
}

/**
 * What is written to one node: `port` at our address, under `id`, with the token it gave for `id`.
 */
export interface Write {
  readonly id: IdLike
  readonly port: number
  /** As bytes or as their hex. */
  readonly token: Uint8Array | string
}

/** @throws {IdLengthError | IdFormatError | DhtNodeError} */
export function toId(id: IdLike, width: number): Id {
  if (typeof id === 'string') return idFromHex(id, width)
  if (isBytes(id)) return idFromBytes(id, width)
  throw argumentError('id', `${width} bytes or their hex`, id)
}

/**
 * The address of every interface becomes that of the loopback, where a node bound to it is found.
 *
 * @throws {EndpointError | DhtNodeError} also for an address of no single node, such as a multicast
 */
export function toEndpoint(place: EndpointLike): Endpoint {
  const there = endpointOnThisMachine(readEndpoint(place))
  if (isUnicast(there)) return there
  throw argumentError('endpoint', 'the address of one node', there.address)
}

function readEndpoint(place: EndpointLike): Endpoint {
  if (typeof place === 'string') return parseEndpoint(place)
  if (isObject(place) && typeof place.address === 'string' && typeof place.port === 'number') {
    return endpoint(place.address, place.port)
  }
  throw argumentError('endpoint', '"1.2.3.4:5", "[::1]:5" or { address, port }', place)
}

/** @throws {DhtNodeError} outside 1..65535 */
export function toPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw argumentError('port', 'a whole number from 1 to 65535', port)
}

/** Longest token sent to anybody, bytes (field practice: 4 to 20, some up to 40). */
const MAX_TOKEN_BYTES = 64
const TOKEN_HEX = /^(?:[\da-f]{2}){1,64}$/i

/** @throws {IdLengthError | IdFormatError | DhtNodeError} */
export function toWrite(
  write: Write,
  width: number,
): { readonly target: Id; readonly port: number; readonly token: Uint8Array } {
  if (!isObject(write)) throw argumentError('entry', '{ id, port, token }', write)
  return { target: toId(write.id, width), port: toPort(write.port), token: toToken(write.token) }
}

function toToken(token: Uint8Array | string): Uint8Array {
  // Hex of so many bytes is read as an id is.
  const bytes = typeof token === 'string' && TOKEN_HEX.test(token) ? idFromHex(token) : token
  const isToken = isBytes(bytes) && bytes.length >= 1 && bytes.length <= MAX_TOKEN_BYTES
  if (isToken) return new Uint8Array(bytes)
  throw argumentError('token', `1 to ${MAX_TOKEN_BYTES} bytes or their hex`, token)
}

/** What `close` can be told. */
export interface CloseOptions {
  /**
   * Whether other nodes are asked to forget what this one registered, in `dht256`; it takes 2 s at
   * most. Default: true for a node without `state`, which never comes back.
   */
  readonly withdraw?: boolean | undefined
}

/** @throws {DhtNodeError} for a name that is no option or a value that is no boolean */
export function toCloseOptions(options: CloseOptions): CloseOptions {
  if (!isObject(options)) throw argumentError('options', 'an object', options)
  for (const name of Object.keys(options)) {
    if (name !== 'withdraw') throw argumentError('option', 'withdraw', name)
  }
  const { withdraw } = options
  if (withdraw === undefined || typeof withdraw === 'boolean') return options
  throw argumentError('withdraw', 'a boolean', withdraw)
}

/** @throws {DhtNodeError} for a name that is no option or a signal that is none */
export function toCallOptions(options: CallOptions): CallOptions {
  return checkedCall(options, ['signal'])
}

const MODES: readonly unknown[] = ['first', 'quick', 'all'] satisfies LookupMode[]

/** @throws {DhtNodeError} for a name that is no option, another mode or a signal that is none */
export function toLookupOptions(options: LookupOptions): LookupOptions & { mode: LookupMode } {
  const { mode = 'quick' } = checkedCall(options, ['mode', 'signal'])
  if (!MODES.includes(mode)) throw argumentError('mode', 'first, quick or all', mode)
  return { ...options, mode }
}

function checkedCall<T extends CallOptions>(options: T, names: readonly string[]): T {
  if (!isObject(options)) throw argumentError('options', 'an object', options)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw unknownName(unknown, names)
  const { signal } = options
  if (signal !== undefined && !isSignal(signal)) {
    throw argumentError('signal', 'an AbortSignal', signal)
  }
  return options
}

/** By its shape: signals come from other realms and from polyfills too. */
function isSignal(value: unknown): boolean {
  if (!isObject(value) || typeof Reflect.get(value, 'aborted') !== 'boolean') return false
  const methods = ['addEventListener', 'removeEventListener']
  return methods.every((name) => typeof Reflect.get(value, name) === 'function')
}

/** Whether a value may be asked for properties, whatever its type claims. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
