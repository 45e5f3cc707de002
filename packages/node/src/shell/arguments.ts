// Checks the arguments of the facade's methods before anything happens (API-1), and turns them into
// what the core takes.

import { type Id, idFromBytes, idFromHex, isBytes } from '@dht/id'
import { type Endpoint, endpoint, isUnicast, parseEndpoint } from '@dht/krpc'
import type { LookupMode } from '../core/operations/command.ts'
import { endpointOnThisMachine } from '../core/overlay/this-machine.ts'
import { argumentError, unknownName } from '../errors.ts'
import type { Contact, TracedLookup, TraceStep } from './plain.ts'

/** An id: bytes of the network's width, or as many bytes in hex. */
export type IdLike = Uint8Array | string

/**
 * Where a node is: `1.2.3.4:5`, `[::1]:5`, or the same as an object, such as a contact. Names are
 * not resolved.
 */
export type EndpointLike = string | { readonly address: string; readonly port: number }

/** A node: where it is, and its id if it is known. */
export type NodeLike =
  | EndpointLike
  | { readonly address: string; readonly port: number; readonly id?: IdLike }

/** Options of calls that can be cancelled. */
export interface CallOptions {
  /**
   * Cancels the operation and frees its open queries at once; the call rejects with the signal's
   * reason.
   */
  readonly signal?: AbortSignal
}

/** Is told of each step as it happens. What is thrown is an uncaught exception. */
export type OnLookupStep = (lookup: TracedLookup, step: TraceStep) => void

/** Options of calls whose lookup can be traced. */
export interface TraceOptions {
  /** Called with each step of the lookup, as it happens. */
  readonly onStep?: OnLookupStep
  /** Whether the result has the steps up to then, as `trace`. Default false. */
  readonly trace?: boolean
}

/** Options of `closest`. */
export interface ClosestOptions extends CallOptions, TraceOptions {}

/** Options of a lookup. */
export interface LookupOptions extends CallOptions, TraceOptions {
  /**
   * `quick` (default) ends once an endpoint is known and each of the k nearest nodes has responded,
   * failed or stalled; `all` also waits for stalled nodes; `first` ends with the first endpoint.
   */
  readonly mode?: LookupMode
  /** Called with each endpoint as it is found, once, before the result is known. */
  readonly onFound?: OnEndpoint
}

/**
 * Is told of an endpoint as soon as it is found.
 *
 * @param from - the node that returned it; undefined: this node knew it. What is thrown is an
 *   uncaught exception.
 */
export type OnEndpoint = (endpoint: Endpoint, from: Contact | undefined) => void

/** What is written to one node: `port` at our address, under `id`, with its token for `id`. */
export interface Write {
  readonly id: IdLike
  readonly port: number
  /** As bytes or as their hex. */
  readonly token: Uint8Array | string
}

const HEX = /^[\da-f]*$/i

/** @throws {IdLengthError | IdFormatError | DhtNodeError} */
export function toId(id: IdLike, width: number): Id {
  if (typeof id === 'string' && !HEX.test(id)) {
    throw argumentError('id', `${2 * width} hex digits; contentId makes an id of content`, id)
  }
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

/** Longest token that is sent, bytes (other implementations use 4 to 20, some up to 40). */
const MAX_TOKEN_BYTES = 64
const TOKEN_HEX = /^(?:[\da-f]{2}){1,64}$/i

/** @throws {IdLengthError | IdFormatError | DhtNodeError} */
export function toWrite(
  write: Write,
  width: number,
): { readonly target: Id; readonly port: number; readonly token: Uint8Array } {
  if (!isObject(write)) throw argumentError('write', '{ id, port, token }', write)
  return { target: toId(write.id, width), port: toPort(write.port), token: toToken(write.token) }
}

function toToken(token: Uint8Array | string): Uint8Array {
  // Hex of that many bytes is read like an id.
  const bytes = typeof token === 'string' && TOKEN_HEX.test(token) ? idFromHex(token) : token
  const isToken = isBytes(bytes) && bytes.length >= 1 && bytes.length <= MAX_TOKEN_BYTES
  if (isToken) return new Uint8Array(bytes)
  throw argumentError('token', `1 to ${MAX_TOKEN_BYTES} bytes or their hex`, token)
}

/** Options of `close`. */
export interface CloseOptions {
  /**
   * Whether the node first withdraws what it announced, in `dht256`; that takes 2 s at most.
   * Default: true for a node without `state`, which never comes back.
   */
  readonly withdraw?: boolean | undefined
}

/** @throws {DhtNodeError} for an unknown option or a value that is no boolean */
export function toCloseOptions(options: CloseOptions): CloseOptions {
  if (!isObject(options)) throw argumentError('options', 'an object', options)
  for (const name of Object.keys(options)) {
    if (name !== 'withdraw') throw argumentError('option', 'withdraw', name)
  }
  const { withdraw } = options
  if (withdraw === undefined || typeof withdraw === 'boolean') return options
  throw argumentError('withdraw', 'a boolean', withdraw)
}

/** @throws {DhtNodeError} for an unknown option or a value that is no signal */
export function toCallOptions(options: CallOptions): CallOptions {
  return checkedCall(options, ['signal'])
}

const MODES: readonly unknown[] = ['first', 'quick', 'all'] satisfies LookupMode[]

/** @throws {DhtNodeError} for an unknown option or mode, or a value that is no signal */
export function toLookupOptions(options: LookupOptions): LookupOptions & { mode: LookupMode } {
  const names = ['mode', 'onFound', 'onStep', 'signal', 'trace']
  const { mode = 'quick', onFound } = checkedCall(options, names)
  if (!MODES.includes(mode)) throw argumentError('mode', 'first, quick or all', mode)
  checkListener('onFound', onFound)
  checkTrace(options)
  return { ...options, mode }
}

/** @throws {DhtNodeError} for an unknown option or one of another type */
export function toClosestOptions(options: ClosestOptions): ClosestOptions {
  checkTrace(checkedCall(options, ['onStep', 'signal', 'trace']))
  return options
}

function checkTrace({ onStep, trace }: TraceOptions): void {
  checkListener('onStep', onStep)
  if (trace !== undefined && typeof trace !== 'boolean') {
    throw argumentError('trace', 'true or false', trace)
  }
}

/** @throws {DhtNodeError} for a value that is there and no function */
export function checkListener(name: string, listener: unknown): void {
  if (listener === undefined || typeof listener === 'function') return
  throw argumentError(name, 'a function', listener)
}

/** @throws {DhtNodeError} for an unknown option or a value that is no signal */
export function checkedCall<T extends CallOptions>(options: T, names: readonly string[]): T {
  // A signal has no properties of its own, so it would pass for an object without options.
  if (!isObject(options) || isSignal(options)) {
    throw argumentError('options', `an object such as { signal }`, options)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw unknownName(unknown, names)
  const { signal } = options
  if (signal !== undefined && !isSignal(signal)) {
    throw argumentError('signal', 'an AbortSignal', signal)
  }
  return options
}

/** By its methods, for signals also come from other realms and from polyfills. */
function isSignal(value: unknown): boolean {
  if (!isObject(value) || typeof Reflect.get(value, 'aborted') !== 'boolean') return false
  const methods = ['addEventListener', 'removeEventListener']
  return methods.every((name) => typeof Reflect.get(value, name) === 'function')
}

/** Whether a value has properties, whatever its static type. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
