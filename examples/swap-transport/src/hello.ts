// The first message on a connection: the port on which the sender itself listens, two bytes, most
// significant first. With the address that the connection comes from it is the sender's endpoint,
// the same on every connection it ever makes.

/** Bytes of a hello. */
const HELLO_BYTES = 2

export function writeHello(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 0xff)
}

/** The port; undefined when the bytes are no hello. */
export function readHello(bytes: Uint8Array): number | undefined {
  const [high, low] = bytes
  if (bytes.length !== HELLO_BYTES || high === undefined || low === undefined) return undefined
  const port = (high << 8) | low
  return port === 0 ? undefined : port
}
