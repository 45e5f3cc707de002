// Binary messages of the protocol. A datagram is its kind (0), the compact endpoint of the other
// side (BEP 5, BEP 32), and its bytes. A failure (1) has the endpoint and the code of the error.

import { compactEndpoint, type Datagram, type Endpoint, endpointFromCompact } from '@dht/krpc'

/** The WebSocket subprotocol of both sides. */
export const SUBPROTOCOL = 'dht-relay.1'

/** Longest message that a client may send: more than a hello and a datagram of 1,500 bytes. */
export const MAX_FRAME_BYTES = 2_048

/** Longest code of a failure. */
const MAX_CODE = 32

const [DATAGRAM, FAILURE] = [0, 1] as const
const COMPACT_BYTES = { 4: 6, 6: 18 } as const

/** A datagram that could not be sent. */
export interface SendFailure {
  readonly to: Endpoint
  /** Such as `ENETUNREACH`. */
  readonly code: string
}

export type Frame =
  | ({ readonly kind: 'datagram' } & Datagram)
  | ({ readonly kind: 'failure' } & SendFailure)

export function writeDatagram({ bytes, endpoint }: Datagram): Uint8Array {
  return frameOf(DATAGRAM, endpoint, bytes)
}

export function writeFailure({ to, code }: SendFailure): Uint8Array {
  return frameOf(FAILURE, to, new TextEncoder().encode(code.slice(0, MAX_CODE)))
}

/**
 * Reads any bytes.
 *
 * @param family - of the connection; an IPv4 address mapped into IPv6 is of neither
 * @returns undefined when they are no frame; the bytes of a datagram are a view
 */
export function readFrame(bytes: Uint8Array, family: 4 | 6): Frame | undefined {
  const end = 1 + COMPACT_BYTES[family]
  if (bytes.length < end) return undefined
  const endpoint = endpointFromCompact(bytes.subarray(1, end))
  if (endpoint?.family !== family) return undefined
  const rest = bytes.subarray(end)
  if (bytes[0] === DATAGRAM) return { kind: 'datagram', bytes: rest, endpoint }
  if (bytes[0] !== FAILURE || rest.length > MAX_CODE) return undefined
  return { kind: 'failure', to: endpoint, code: new TextDecoder().decode(rest) }
}

function frameOf(kind: number, endpoint: Endpoint, rest: Uint8Array): Uint8Array {
  const compact = compactEndpoint(endpoint)
  const frame = new Uint8Array(1 + compact.length + rest.length)
  frame[0] = kind
  frame.set(compact, 1)
  frame.set(rest, 1 + compact.length)
  return frame
}
